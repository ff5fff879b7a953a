/* The core day of core.py, fused by hand for one lane after the other: what the same arithmetic costs without arrays between.

   It holds the rules that core.py calls, at the values that it calls them with: season.window and going; supply.rationed,
   relative and outflow; combat.fire_index, power, exposure, losses, strain and culmination; manpower.fates, absence, shares,
   quality and moved; movement.gap and breakthrough; response.manpower_index and respond (form CONTEST). No agents, no strikes,
   no politics. It is written for the benchmark alone and compared with the rules in tests/laws/test_twins.py. */
#include <math.h>

enum { FRONTS = 14, SIDES = 2, PLACE = -16 };

/* by front and side, and by side: shapes (side, front) and (side,) of one lane; the order is that of kernel.py */
typedef struct {
    double line[SIDES][FRONTS], effort[SIDES][FRONTS], works[SIDES][FRONTS], start[SIDES][FRONTS], quality[SIDES][FRONTS],
        strain[SIDES][FRONTS];
    double shell_plan[SIDES], shell_cover[SIDES], shells[SIDES], output[SIDES], shell_share[SIDES], drone_share[SIDES],
        drones[SIDES], attack_loss[SIDES], defence_loss[SIDES], quiet_loss[SIDES], killed_share[SIDES], return_share[SIDES],
        hospital_length[SIDES], intake[SIDES], training_length[SIDES], commitment[SIDES], absence_rate[SIDES],
        absence_response[SIDES], redeployment[SIDES], seasoning[SIDES], hospital[SIDES], healing[SIDES], training[SIDES],
        trained[SIDES], killed[SIDES], absent[SIDES], reserve[SIDES], fired[SIDES];
    double length[FRONTS], base[FRONTS], shift[FRONTS];
    double own_exponent, enemy_exponent, half_density, gap_exponent, ratio_exponent, strain_half, strain_memory;
} Lane;

static double power(double x, double e) { return x > 0 ? exp(e * log(x)) : 0; }
static double fourth(double x) { double s = x * x * x * x; return s / (1 + s); }
static double total(const double *x) { double s = 0; for (int f = 0; f < FRONTS; f++) s += x[f]; return s; }
static double window(double today, double centre) {
    double d = fabs(today - centre);
    d = fmin(d, 365.25 - d) / 30;
    return exp(-0.5 * d * d);
}

static double supply(Lane *w, int s) {
    double plan = w->shell_plan[s], stock = w->shells[s], used = 0;
    if (stock > 0 && plan > 0) used = fmin(plan * (stock / (stock + w->shell_cover[s] * plan)), stock);
    w->shells[s] = stock + w->output[s] - used;
    w->fired[s] += used;
    double shells = plan > 0 ? used / plan : 0, all = w->shell_share[s] + w->drone_share[s];
    return all > 0 ? (w->shell_share[s] * power(shells, 0.5) + w->drone_share[s] * power(w->drones[s], 0.5)) / all : 0;
}

static void fight(Lane *w, const double *fires) {
    double lost[SIDES][FRONTS];
    for (int s = 0; s < SIDES; s++)
        for (int f = 0, o = 1 - s; f < FRONTS; f++) {
            double exposed = w->attack_loss[s] * w->effort[s][f]
                + w->defence_loss[s] * w->effort[o][f] / power(w->works[s][f], 0.3) + w->quiet_loss[s];
            double scale = power(w->line[s][f] / w->start[s][f], w->own_exponent)
                * power(w->line[o][f] / w->start[o][f], w->enemy_exponent);
            lost[s][f] = fmin(exposed * fires[o] * w->start[s][f] * scale, w->line[s][f]);
        }
    for (int s = 0; s < SIDES; s++)
        for (int f = 0; f < FRONTS; f++) {
            double loss = lost[s][f], killed = loss * w->killed_share[s], back = (loss - killed) * w->return_share[s];
            w->strain[s][f] += (loss / fmax(w->line[s][f], 1) - w->strain[s][f]) / w->strain_memory;
            w->line[s][f] -= loss;
            w->killed[s] += loss - back;
            w->hospital[s] += back;
        }
}

static void move(Lane *w, double going) {
    double speed[SIDES][FRONTS];
    for (int s = 0; s < SIDES; s++) {
        double own[FRONTS], all = 0;
        for (int f = 0; f < FRONTS; f++) all += own[f] = w->line[s][f] * w->quality[s][f];
        double reserve = fourth(w->reserve[s] / fmax(all, 1) / 0.1);
        for (int f = 0, o = 1 - s; f < FRONTS; f++) {
            double against = w->line[o][f] * w->quality[o][f], length = w->length[f], effort = w->effort[s][f];
            double opening = 1 / (1 + exp(w->gap_exponent * log(fmax(against / length, 1e-9) / w->half_density)));
            double foe = log(fmax(against, 1));
            double men = log(fmax(effort, 1e-12)) + w->ratio_exponent * (log(fmax(own[f], 1)) - foe)
                - w->gap_exponent * (foe - log(length));
            double tired = w->strain[s][f] / w->strain_half;
            double index = men + log(w->base[f] / (1 + tired * tired) / w->works[o][f]);
            double through = 1 + 10 * fourth(opening / 0.8) * reserve;
            speed[s][f] = going * effort * through * 0.5 * erfc(-(index - PLACE) / 1.6 * M_SQRT1_2);
        }
    }
    for (int f = 0; f < FRONTS; f++) w->shift[f] += speed[1][f] - speed[0][f];
}

static double stage(double *first, double *second, double lag) {
    double rate = -expm1(-1 / fmax(0.5 * lag, 1e-6)), out = *second * rate, moving = *first * rate;
    *first -= moving;
    *second += moving - out;
    return out;
}

static void replenish(Lane *w, int s) {
    double *line = w->line[s], *start = w->start[s], all = total(start), gone = 0, gap[FRONTS], lacking = 0;
    w->training[s] += w->intake[s];
    double arrived = stage(&w->training[s], &w->trained[s], w->training_length[s])
        + stage(&w->hospital[s], &w->healing[s], w->hospital_length[s]);
    double leave = w->absence_rate[s] * exp(w->absence_response[s] * (1 - total(line) / all));
    for (int f = 0; f < FRONTS; f++) { double left = line[f] * leave; line[f] -= left; w->absent[s] += left; }
    double reserve = w->reserve[s] + arrived, sent = reserve * w->commitment[s], men = total(line) + sent;
    for (int f = 0; f < FRONTS; f++) lacking += gap[f] = fmax(start[f] / all * men - line[f], 0);
    for (int f = 0; f < FRONTS; f++) {
        double come = lacking > 0 ? gap[f] / lacking * sent : 0;
        line[f] += come;
        double fresh = line[f] > 0 ? fmin(come / fmax(line[f], 1), 1) : 0, mixed = w->quality[s][f];
        mixed += (0.9 - mixed) * fresh;
        w->quality[s][f] = mixed + fmax(1 - mixed, 0) / w->seasoning[s];
    }
    w->reserve[s] = reserve - sent;
    men = total(line), lacking = 0;
    double leaving[FRONTS];
    for (int f = 0; f < FRONTS; f++) {
        double wanted = start[f] / all * men;
        gone += leaving[f] = fmax(line[f] - wanted, 0) * w->redeployment[s];
        lacking += gap[f] = fmax(wanted - line[f], 0);
    }
    for (int f = 0; f < FRONTS; f++) line[f] += (lacking > 0 ? gap[f] / lacking * gone : 0) - leaving[f];
}

void play(Lane *lanes, long count, long today, long days) {
    for (long day = today; day < today + days; day++) {
        double date = day % 365, going = fmax((1 - 0.4 * window(date, 90)) * (1 - 0.3 * window(date, 300)), 0);
        for (long lane = 0; lane < count; lane++) {
            Lane *w = lanes + lane;
            double fires[SIDES] = {supply(w, 0), supply(w, 1)};
            fight(w, fires);
            move(w, going);
            replenish(w, 0);
            replenish(w, 1);
        }
    }
}
