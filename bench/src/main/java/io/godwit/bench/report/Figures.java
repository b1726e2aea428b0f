package io.godwit.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Figures as a person reads them. */
public final class Figures {
    private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private Figures() {}

    /** Whole numbers with thousands separated; others rounded to three significant digits, never below whole numbers from 1,000 on. */
    public static String text(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return String.format(Locale.ROOT, "%,d", ((Number) value).longValue());
        }
        if (!(value instanceof Number)) {
            return String.valueOf(value);
        }
        BigDecimal figure = new BigDecimal(value.toString());
        if (figure.abs().compareTo(THOUSAND) >= 0) {
            return String.format(
                    Locale.ROOT, "%,d", figure.setScale(0, RoundingMode.HALF_UP).toBigInteger());
        }
        return figure.round(THREE_DIGITS).stripTrailingZeros().toPlainString();
    }
}
