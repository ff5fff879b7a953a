"""What the verdict rests on: the ensemble asked again with other doses, dates and assumptions."""
