"""What other invoices say of one, and kept invoices judged anew.

`sightings` knows duplicates, `relations` what else bears on one (red and blue, journeys, taxi
slips), `rejudge` judges again what is kept.
"""
