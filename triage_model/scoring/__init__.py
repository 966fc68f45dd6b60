"""Scoring whole files: read in pieces, decided on every core or on a cluster, written past any kill.

A chunk is a few hundred rows. It is read, decided, written and noted in the journal as one, in the
order of the input, so memory does not grow with the file and any number of workers writes the same bytes.
"""
