"""`make bench`: what a report costs and how well it is read, side by side with others, on one machine in one run."""
