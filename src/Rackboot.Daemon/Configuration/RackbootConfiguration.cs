using System.Net;
using Rackboot.Core;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Console;
using Rackboot.Core.Power;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Configuration;

/// <summary>A valid configuration.</summary>
public sealed record RackbootConfiguration
{
    /// <summary>Directory of the store and the assets.</summary>
    public required string Data { get; init; }
    public required IReadOnlyList<string> Interfaces { get; init; }
    public required int HttpPort { get; init; }

    /// <summary>Most HTTP connections of one address at once.</summary>
    public required int HttpConnectionsPerSource { get; init; }
    public required int TftpPort { get; init; }
    public required bool TftpSinglePort { get; init; }

    /// <summary>TCP port for kernel logs of booted machines; 0: do not receive them.</summary>
    public required int LogPort { get; init; }

    /// <summary>TCP port for events of booted machines; 0: do not receive them.</summary>
    public required int EventPort { get; init; }
    public required TimeSpan ConfigGrace { get; init; }

    /// <summary>How long a machine stays armed without fetching its configuration.</summary>
    public required TimeSpan ArmFor { get; init; }
    public required TimeSpan Poll { get; init; }

    /// <summary>Directory of the distribution's iPXE binaries.</summary>
    public required string IpxeDirectory { get; init; }
    public required string Socket { get; init; }

    /// <summary>The management API on the network; null is nowhere.</summary>
    public HttpsSettings? Https { get; init; }

    /// <summary>Where metrics and health are served without a login; null is nowhere.</summary>
    public IPEndPoint? Metrics { get; init; }

    public OidcSettings? Oidc { get; init; }

    /// <summary>What members of groups may do; the first group that fits decides.</summary>
    public IReadOnlyList<GroupSettings> Groups { get; init; } = [];
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
    public BackupSettings Backups { get; init; } = new();

    /// <summary>Null: no traces are sent.</summary>
    public TelemetrySettings? Telemetry { get; init; }

    /// <summary>Null: no configurations for servers at providers.</summary>
    public HandoutSettings? Handout { get; init; }

    /// <summary>The file that says all this; null where it was read from elsewhere.</summary>
    public string? File { get; init; }

    /// <summary>The path of each of <see cref="Subnets"/> in the file: <c>subnets[1]</c>.</summary>
    public IReadOnlyList<string> SubnetPlaces { get; init; } = [];

    /// <summary>The line of each setting in the file.</summary>
    public ConfigurationLines Lines { get; init; } = ConfigurationLines.None;
}
