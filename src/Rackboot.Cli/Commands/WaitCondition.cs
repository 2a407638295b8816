using System.Diagnostics.CodeAnalysis;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>A condition to wait for.</summary>
/// <param name="Text">The condition as the rest of a sentence: <c>is reported</c>.</param>
/// <param name="IsDeletion">Whether the condition is that the thing is deleted.</param>
internal sealed record WaitCondition(
    string Text, Func<MachineStatus, bool> OfMachine, Func<ClusterStatus, bool> OfCluster, bool IsDeletion = false)
{
    public static IEnumerable<string> Words => UsageError.Words(typeof(MachineState))!
        .Concat(UsageError.Words(typeof(PowerState))!.Select(w => "power=" + w))
        .Concat(UsageError.Words(typeof(BootStage))!.Select(w => "stage=" + w)).Append("delete");

    /// <summary>Reads a condition of a machine or of a cluster.</summary>
    public static bool TryParse(
        string text, string kind, [NotNullWhen(true)] out WaitCondition? condition, [NotNullWhen(false)] out string? mistake)
    {
        (condition, mistake) = (null, null);
        text = text.Trim().ToLowerInvariant();
        if (text == "delete")
            condition = new WaitCondition("is deleted", _ => false, _ => false, IsDeletion: true);
        else if (kind == "Cluster")
            condition = Word<ClusterPhase>(text, "phase") is { } phase
                ? new WaitCondition($"is {text}", _ => false, c => c.Phase == phase) : null;
        else if (Word<MachineState>(text, "state") is { } state)
            condition = new WaitCondition($"is {state.ToString().ToLowerInvariant()}", m => m.State == state, _ => false);
        else if (text.StartsWith("power=", StringComparison.Ordinal) && Word<PowerState>(text, "power") is { } power)
            condition = new WaitCondition($"has power {power.ToString().ToLowerInvariant()}", m => m.Power?.State == power, _ => false);
        else if (text.StartsWith("stage=", StringComparison.Ordinal) && Word<BootStage>(text, "stage") is { } stage)
            condition = new WaitCondition($"has reached {stage.ToString().ToLowerInvariant()}", m => m.LastStage >= stage, _ => false);
        if (condition is not null)
            return true;
        mistake = $"--for: \"{text}\" is not a condition; "
            + $"{Spelling.Hint(text, kind == "Cluster" ? [.. UsageError.Words(typeof(ClusterPhase))!, "delete"] : Words)}";
        return false;
    }

    private static T? Word<T>(string text, string key)
        where T : struct, Enum
    {
        var word = text.StartsWith(key + "=", StringComparison.Ordinal) ? text[(key.Length + 1)..] : text;
        return UsageError.Words(typeof(T))!.Contains(word) ? Enum.Parse<T>(word, ignoreCase: true) : null;
    }
}
