"""Tuning: what would change under other rules, measured on stored evidence. Seeds are arguments."""
