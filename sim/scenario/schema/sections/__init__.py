"""The sections of a world, a file for each subject."""
