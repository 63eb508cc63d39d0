"""The record of a conversation: the log, the durable answer, takeover, delivery."""
