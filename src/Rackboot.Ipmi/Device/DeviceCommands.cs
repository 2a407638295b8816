using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>Commands to the BMC as a device (IPMI 2.0 chapter 20 and §22.14). Each throws <see cref="IpmiException"/> if it is
/// refused.</summary>
public static class DeviceCommands
{
    /// <summary>Get Device ID (§20.1): maker, product, firmware.</summary>
    public static ValueTask<DeviceId> GetDeviceIdAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        CommandTable.GetDeviceId.AskAsync<DeviceId>(channel, default, DeviceId.TryParse, cancellation);

    /// <summary>Get System GUID (§22.14): the machine's UUID.</summary>
    public static ValueTask<SystemGuid> GetSystemGuidAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        CommandTable.GetSystemGuid.AskAsync<SystemGuid>(channel, default, SystemGuid.TryParse, cancellation);

    /// <summary>Cold Reset (§20.2): restarts the BMC, not the machine. The session is gone afterwards, for a minute or more.</summary>
    /// <returns>Whether the BMC answered: it may go down before it does, and then only a later look tells.</returns>
    public static Task<bool> ColdResetAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        ResetAsync(CommandTable.ColdReset, channel, cancellation);

    /// <summary>Warm Reset (§20.3): restarts the BMC's firmware and keeps its settings.</summary>
    /// <returns>Whether the BMC answered, as for <see cref="ColdResetAsync"/>.</returns>
    public static Task<bool> WarmResetAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        ResetAsync(CommandTable.WarmReset, channel, cancellation);

    private static async Task<bool> ResetAsync(IpmiCommand command, IIpmiChannel channel, CancellationToken cancellation)
    {
        try
        {
            await command.AskAsync(channel, default, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (IpmiException failure) when (failure.Failure is IpmiFailure.NoAnswer or IpmiFailure.SessionLost)
        {
            return false;
        }
    }
}
