"""Decides what to answer and says it: the only place that knows conversations, knowledge, rules and providers together."""
