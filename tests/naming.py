"""Names for results made by hand: the sides, roles of arms and fronts outside, as the experiment writes them."""

import json

WORDS = {
    "ukraine": {"role": "defender", "name": "Ukraine", "demonym": "Ukrainian", "leadership": "Kyiv"},
    "russia": {"role": "attacker", "name": "Russia", "demonym": "Russian", "leadership": "the Kremlin"},
}
ROLES = {
    "coordination": "coordination",
    "all_without_coordination": "joint_uncoordinated",
    "all_with_coordination": "joint",
}


def named(data):
    """Return `data` with the names of the two sides; every arm that `ROLES` does not list is a single lever."""
    arms = [str(arm) for arm in data["arm"].to_numpy()]
    if "side" in data.coords:
        data = data.assign_coords(role=("side", [WORDS[str(side)]["role"] for side in data["side"].to_numpy()]))
    if "target" in data.coords:
        owners = {"ru": "russia", "ua": "ukraine"}
        data = data.assign_coords(target_side=("target", [owners[str(name)[:2]] for name in data["target"].to_numpy()]))
    attributes = {
        "sides": WORDS,
        "outside_fronts": ["kursk"],
        "arm_roles": {arm: ROLES.get(arm, "single") for arm in arms} | {arms[0]: "base"},
    }
    return data.assign_attrs({name: json.dumps(value) for name, value in attributes.items()} | data.attrs)
