using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>The BMC's own network (IPMI 2.0 chapter 23). Each throws <see cref="IpmiException"/> if it is refused.</summary>
public static class LanCommands
{
    // Table 23-4.
    private const byte SetInProgress = 0;
    private const byte IpAddress = 3;
    private const byte IpAddressSource = 4;
    private const byte MacAddress = 5;
    private const byte SubnetMask = 6;
    private const byte DefaultGateway = 12;
    private const byte VlanId = 20;

    /// <summary>Get LAN Configuration Parameters (§23.2): six of them.</summary>
    /// <param name="channel">The BMC.</param>
    /// <param name="lanChannel">The number of the LAN channel, mostly 1; <see cref="ChannelCommands.GetChannelInfoAsync"/> tells the
    /// present one's.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<LanConfiguration> GetLanConfigurationAsync(
        this IIpmiChannel channel, byte lanChannel, CancellationToken cancellation)
    {
        var source = await GetAsync(channel, lanChannel, IpAddressSource, 1, cancellation).ConfigureAwait(false);
        var address = await GetAsync(channel, lanChannel, IpAddress, 4, cancellation).ConfigureAwait(false);
        var mask = await GetAsync(channel, lanChannel, SubnetMask, 4, cancellation).ConfigureAwait(false);
        var gateway = await GetAsync(channel, lanChannel, DefaultGateway, 4, cancellation).ConfigureAwait(false);
        var mac = await GetAsync(channel, lanChannel, MacAddress, 6, cancellation).ConfigureAwait(false);
        var vlan = await GetAsync(channel, lanChannel, VlanId, 2, cancellation).ConfigureAwait(false);
        return new LanConfiguration
        {
            Source = source is null ? null : (LanAddressSource)(source[0] & 0x0F),
            Address = address is null ? null : new IPAddress(address),
            Mask = mask is null ? null : new IPAddress(mask),
            Gateway = gateway is null ? null : new IPAddress(gateway),
            Mac = mac is null ? null : new PhysicalAddress(mac),
            Vlan = vlan is not null && (vlan[1] & 0x80) != 0 ? vlan[0] | (vlan[1] & 0x0F) << 8 : null,
        };
    }

    /// <summary>
    /// Set LAN Configuration Parameters (§23.1), then reads them back. A BMC that changes its address at once ends the session with it:
    /// then this throws <see cref="IpmiFailure.NoAnswer"/>, and whether it worked is seen at the new address.
    /// </summary>
    /// <exception cref="ArgumentException">An address is not IPv4, or a VLAN's number is out of its range.</exception>
    public static async Task<LanConfiguration> SetLanConfigurationAsync(
        this IIpmiChannel channel, byte lanChannel, LanChange change, CancellationToken cancellation)
    {
        var writes = Writes(change);
        var announced = await AnnounceAsync(channel, lanChannel, cancellation).ConfigureAwait(false);
        var answer = new IpmiResponse(0, default);
        foreach (var (parameter, data) in writes)
        {
            answer = await CommandTable.SetLanConfigurationParameters.SendAsync(channel, Request(lanChannel, parameter, data), cancellation)
                .ConfigureAwait(false);
            if (!answer.Succeeded)
                break;
        }

        // 2 commits where that is known; 0 ends the change everywhere.
        if (announced && answer.Succeeded)
            await TrySetAsync(channel, lanChannel, SetInProgress, [2], cancellation).ConfigureAwait(false);
        if (announced)
            await TrySetAsync(channel, lanChannel, SetInProgress, [0], cancellation).ConfigureAwait(false);
        if (!answer.Succeeded)
            throw CommandTable.SetLanConfigurationParameters.Refusal(answer.CompletionCode);
        return await channel.GetLanConfigurationAsync(lanChannel, cancellation).ConfigureAwait(false);
    }

    // The source first: most BMCs take an address only when it is static. The VLAN last, for it cuts the connection.
    private static List<(byte Parameter, byte[] Data)> Writes(LanChange change)
    {
        var writes = new List<(byte, byte[])>();
        if (change.Source is { } source)
            writes.Add((IpAddressSource, [(byte)source]));
        if (change.Address is { } address)
            writes.Add((IpAddress, Bytes(address)));
        if (change.Mask is { } mask)
            writes.Add((SubnetMask, Bytes(mask)));
        if (change.Gateway is { } gateway)
            writes.Add((DefaultGateway, Bytes(gateway)));
        if (change.Vlan is < 0 or > 4094)
            throw new ArgumentException($"a VLAN id must be from 1 to 4094, not {change.Vlan}", nameof(change));
        if (change.Vlan is { } vlan)
            writes.Add((VlanId, [(byte)vlan, (byte)(vlan >> 8 | (vlan > 0 ? 0x80 : 0))]));
        return writes;
    }

    private static byte[] Bytes(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes()
        : throw new ArgumentException($"{address} is not an IPv4 address", nameof(address));

    private static byte[] Request(byte lanChannel, byte parameter, byte[] data) => [(byte)(lanChannel & 0x0F), parameter, .. data];

    // 81h says that a change is under way: another client's, or this one, announced a second time because the first answer was lost.
    private static async ValueTask<bool> AnnounceAsync(IIpmiChannel channel, byte lanChannel, CancellationToken cancellation)
    {
        var request = Request(lanChannel, SetInProgress, [1]);
        var response = await CommandTable.SetLanConfigurationParameters.SendAsync(channel, request, cancellation).ConfigureAwait(false);
        return response.CompletionCode is 0x00 or 0x81;
    }

    private static async ValueTask<bool> TrySetAsync(
        IIpmiChannel channel, byte lanChannel, byte parameter, byte[] data, CancellationToken cancellation)
    {
        var request = Request(lanChannel, parameter, data);
        var response = await CommandTable.SetLanConfigurationParameters.SendAsync(channel, request, cancellation).ConfigureAwait(false);
        return response.Succeeded;
    }

    // Null if the BMC does not have the parameter. The revision goes before the data.
    private static async ValueTask<byte[]?> GetAsync(
        IIpmiChannel channel, byte lanChannel, byte parameter, int length, CancellationToken cancellation)
    {
        var command = CommandTable.GetLanConfigurationParameters;
        byte[] request = [(byte)(lanChannel & 0x0F), parameter, 0, 0];
        var response = await command.SendAsync(channel, request, cancellation).ConfigureAwait(false);
        if (response.CompletionCode is 0x80 or CompletionCodes.NotPresent)
            return null;
        if (!response.Succeeded)
            throw command.Refusal(response.CompletionCode);
        return response.Data.Length > length
            ? response.Data.Slice(1, length).ToArray()
            : throw command.BadAnswer($"parameter {parameter} needs {length} bytes, got {response.Data.Length - 1}");
    }
}
