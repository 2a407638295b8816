using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>Power and identify light (IPMI 2.0 chapter 28). Each throws <see cref="IpmiException"/> if it is refused.</summary>
public static class ChassisCommands
{
    /// <summary>Get Chassis Status (§28.2).</summary>
    public static ValueTask<ChassisStatus> GetChassisStatusAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        CommandTable.GetChassisStatus.AskAsync<ChassisStatus>(channel, default, ChassisStatus.TryParse, cancellation);

    /// <summary>
    /// Chassis Control (§28.3). Success says only that the BMC has taken the command: what came of it is seen in
    /// <see cref="GetChassisStatusAsync"/>. Never sent twice: after silence look at the status first.
    /// </summary>
    public static async Task ControlChassisAsync(this IIpmiChannel channel, ChassisControl control, CancellationToken cancellation) =>
        await CommandTable.ChassisControl.AskAsync(channel, new[] { (byte)control }, cancellation).ConfigureAwait(false);

    /// <summary>Chassis Identify (§28.5): the light that shows a person which machine it is.</summary>
    /// <param name="time">How long: whole seconds up to 255; zero switches it off; null leaves it on until it is switched off, which not
    /// every BMC can.</param>
    public static async Task IdentifyAsync(this IIpmiChannel channel, TimeSpan? time, CancellationToken cancellation)
    {
        var seconds = (byte)Math.Clamp(Math.Ceiling((time ?? TimeSpan.Zero).TotalSeconds), 0, 255);
        byte[] data = time is null ? [0, 1] : [seconds];
        await CommandTable.ChassisIdentify.AskAsync(channel, data, cancellation).ConfigureAwait(false);
    }

    /// <summary>Set Power Restore Policy (§28.8): what the machine does when its mains come back; <see cref="ChassisStatus.RestorePolicy"/>
    /// tells it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The policy is unknown.</exception>
    public static async Task SetPowerRestorePolicyAsync(
        this IIpmiChannel channel, PowerRestorePolicy policy, CancellationToken cancellation)
    {
        // 3 leaves the policy as it is and only asks which ones there are.
        if (policy is not (PowerRestorePolicy.StaysOff or PowerRestorePolicy.AsBefore or PowerRestorePolicy.PowersUp))
            throw new ArgumentOutOfRangeException(nameof(policy), policy, "not a policy that can be set");
        await CommandTable.SetPowerRestorePolicy.AskAsync(channel, new[] { (byte)policy }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Get System Restart Cause (§28.11): why the machine last started. Causes that are not in the table are
    /// <see cref="RestartCause.Unknown"/>.</summary>
    public static async Task<RestartCause> GetRestartCauseAsync(this IIpmiChannel channel, CancellationToken cancellation)
    {
        var answer = await CommandTable.GetSystemRestartCause.AskAsync(channel, default, cancellation, least: 1).ConfigureAwait(false);
        var cause = (RestartCause)(answer.Span[0] & 0x0F);
        return Enum.IsDefined(cause) ? cause : RestartCause.Unknown;
    }
}
