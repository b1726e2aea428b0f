package io.godwit.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips what needs root, with the reason. */
final class RootRequired implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return System.getProperty("user.name", "").equals("root")
                ? ConditionEvaluationResult.enabled("running as root")
                : ConditionEvaluationResult.disabled("makes network namespaces: run as root (sudo lab/verify)");
    }
}
