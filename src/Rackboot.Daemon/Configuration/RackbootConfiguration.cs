using System.Net;
using Rackboot.Core;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Console;
using Rackboot.Core.Power;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Configuration;

/// <summary>What a configuration file says, checked.</summary>
public sealed record RackbootConfiguration
{
    /// <summary>Directory of the store and the assets.</summary>
    public required string Data { get; init; }
    public required IReadOnlyList<string> Interfaces { get; init; }
    public required int HttpPort { get; init; }

    /// <summary>HTTP connections that one address may have at once.</summary>
    public required int HttpConnectionsPerSource { get; init; }
    public required int TftpPort { get; init; }
    public required bool TftpSinglePort { get; init; }

    /// <summary>TCP port for the kernel logs of booted machines; 0 receives none.</summary>
    public required int LogPort { get; init; }

    /// <summary>TCP port for the events of booted machines; 0 receives none.</summary>
    public required int EventPort { get; init; }
    public required TimeSpan ConfigGrace { get; init; }

    /// <summary>How long a machine stays armed that does not fetch its configuration.</summary>
    public required TimeSpan ArmFor { get; init; }
    public required TimeSpan Poll { get; init; }

    /// <summary>Directory of the distribution's iPXE binaries.</summary>
    public required string IpxeDirectory { get; init; }
    public required string Socket { get; init; }
    public required ConflictProbe Probe { get; init; }
    public required TimeSpan ProbeTimeout { get; init; }
    public required TimeSpan Quarantine { get; init; }
    public required IReadOnlyList<DhcpSubnet> Subnets { get; init; }

    /// <summary>The subnets in which router solicitations are answered.</summary>
    public required IReadOnlyList<IPNetwork> AdvertisedNetworks { get; init; }
    public required MachinePolicy Machines { get; init; }
    public required PowerSettings Power { get; init; }
    public required ConsoleSettings Console { get; init; }
    public required AssetSettings Assets { get; init; }
    public required HistorySettings History { get; init; }

    /// <summary>Null: nothing is handed out.</summary>
    public HandoutSettings? Handout { get; init; }

    /// <summary>Where in the file each of <see cref="Subnets"/> stands: <c>subnets[1]</c>.</summary>
    public IReadOnlyList<string> SubnetPlaces { get; init; } = [];

    /// <summary>The line of each setting in the file.</summary>
    public ConfigurationLines Lines { get; init; } = ConfigurationLines.None;
}
