using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>The System Boot Options (IPMI 2.0 §28.12 to §28.14). Each throws <see cref="IpmiException"/> if it is refused.</summary>
public static class BootCommands
{
    // Table 28-14.
    private const byte SetInProgress = 0;
    private const byte ValidBitClearing = 3;
    private const byte InfoAcknowledge = 4;
    private const byte FlagsParameter = 5;

    /// <summary>Get System Boot Options (§28.13), parameter 5: what the next boot is told.</summary>
    public static async Task<BootFlags> GetBootFlagsAsync(this IIpmiChannel channel, BootDialect? dialect, CancellationToken cancellation)
    {
        var command = CommandTable.GetSystemBootOptions;
        var answer = await command.AskAsync(channel, new byte[] { FlagsParameter, 0, 0 }, cancellation, least: 4).ConfigureAwait(false);

        // Two bytes precede the data: the version, then the parameter's number with bit 7 for "locked or not valid".
        if ((answer.Span[1] & 0x7F) != FlagsParameter)
            throw command.BadAnswer($"asked for parameter 5, got {answer.Span[1] & 0x7F}");
        if (!BootFlags.TryParse(answer.Span[2..], out var flags, out var error))
            throw command.BadAnswer(error);
        return (dialect ?? BootDialect.Standard).Understand((answer.Span[1] & 0x80) != 0 ? flags with { IsValid = false } : flags);
    }

    /// <summary>
    /// Sets where the machine boots and reads it back. The flags are kept though no power command follows within a minute, where the BMC
    /// can do that. <see cref="BootFlags.Unset"/> takes an override away.
    /// </summary>
    public static async Task<BootOutcome> SetBootFlagsAsync(
        this IIpmiChannel channel, BootFlags flags, BootDialect? dialect, CancellationToken cancellation)
    {
        var spoken = dialect ?? BootDialect.Standard;
        var announced = await AnnounceAsync(channel, cancellation).ConfigureAwait(false);
        var keeps = await TrySetAsync(channel, ValidBitClearing, [spoken.KeepFlags], cancellation).ConfigureAwait(false);

        // Says that firmware has handled the flags before these; ipmitool does so too (lib/ipmi_chassis.c).
        await TrySetAsync(channel, InfoAcknowledge, [0x01, 0x01], cancellation).ConfigureAwait(false);
        byte[] request = [FlagsParameter, .. spoken.Speak(flags).ToBytes()];
        var answer = await CommandTable.SetSystemBootOptions.SendAsync(channel, request, cancellation).ConfigureAwait(false);

        // 2 commits where that is known; 0 ends the change everywhere.
        if (announced && answer.Succeeded)
            await TrySetAsync(channel, SetInProgress, [0x02], cancellation).ConfigureAwait(false);
        if (announced)
            await TrySetAsync(channel, SetInProgress, [0x00], cancellation).ConfigureAwait(false);
        if (!answer.Succeeded)
            throw CommandTable.SetSystemBootOptions.Refusal(answer.CompletionCode);
        return new BootOutcome(flags, await channel.GetBootFlagsAsync(spoken, cancellation).ConfigureAwait(false), keeps);
    }

    // 81h says that a change is under way: another client's, or this one, announced a second time because the first answer was lost.
    // ipmitool goes on too.
    private static async ValueTask<bool> AnnounceAsync(IIpmiChannel channel, CancellationToken cancellation)
    {
        byte[] request = [SetInProgress, 0x01];
        var response = await CommandTable.SetSystemBootOptions.SendAsync(channel, request, cancellation).ConfigureAwait(false);
        return response.CompletionCode is 0x00 or 0x81;
    }

    // What a BMC may well not have: its refusal changes nothing that matters.
    private static async ValueTask<bool> TrySetAsync(IIpmiChannel channel, byte parameter, byte[] data, CancellationToken cancellation)
    {
        byte[] request = [parameter, .. data];
        var response = await CommandTable.SetSystemBootOptions.SendAsync(channel, request, cancellation).ConfigureAwait(false);
        return response.Succeeded;
    }
}
