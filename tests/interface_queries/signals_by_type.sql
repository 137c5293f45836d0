SELECT signal_type, COUNT(*) AS signals, AVG(signal_strength) AS mean_strength
FROM bit.bit_signal
GROUP BY signal_type;
