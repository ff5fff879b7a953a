"""What many wars tell: outcomes of each war, intervals, summaries and the verdict. Reads results; knows no
model.
"""
