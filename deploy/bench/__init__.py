"""`loket bench`: how fast the main road is, beside limits measured in the same run on the same cores."""
