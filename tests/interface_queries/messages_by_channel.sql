SELECT direction, channel, COUNT(*) AS messages
FROM marketing.message_log
GROUP BY direction, channel;
