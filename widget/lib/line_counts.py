"""What is counted about visitors' sockets, by realtime/ (the line itself) and by ops/ (the server's guards), which may not import each other."""

from widget.lib import metrics

opened = metrics.counter("kanal_sockets_opened_total", "WebSockets that were accepted.")
closed = metrics.counter("kanal_sockets_closed_total", "WebSockets closed by this side, by close code; 'left' when the visitor went.", ["code"])
frames = metrics.counter("kanal_frames_total", "Frames of visitors that were understood, by type.", ["type"])
refused = metrics.counter("kanal_frames_refused_total", "Frames answered with an error, by its code.", ["code"])
limited = metrics.counter("kanal_rate_limited_total", "What was refused because it came too often, by limit.", ["limit"])
messages = metrics.counter("kanal_messages_total", "Rows written to conversations, by author.", ["author"])
