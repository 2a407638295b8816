namespace Rackboot.Talos.Configuration.Cel;

/// <summary>The names an expression can use (siderolabs/talos pkg/machinery/cel/celenv/celenv.go,
/// api/resource/definitions/{block,network}).</summary>
internal sealed class CelEnvironment
{
    private static readonly Dictionary<string, CelType> Units =
        "KiB MiB GiB TiB PiB EiB kB MB GB TB PB EB".Split(' ').ToDictionary(u => u, _ => CelType.UInt);

    private static readonly Dictionary<string, CelType> DiskFields = Fields(
        "size:u io_size:u sector_size:u readonly:b model:s serial:s modalias:s wwid:s bus_path:s sub_system:s transport:s rotational:b "
            + "cdrom:b dev_path:s pretty_size:s "
        + "secondary_disks:l uuid:s symlinks:l firmware_version:s");

    private static readonly Dictionary<string, CelType> VolumeFields = Fields(
        "size:u sector_size:u io_size:u name:s uuid:s label:s block_size:u filesystem_block_size:u probed_size:u partition_uuid:s "
            + "partition_type:s partition_label:s "
        + "partition_index:u type:s device_path:s parent:s dev_path:s parent_dev_path:s pretty_size:s offset:u");

    private static readonly Dictionary<string, CelType> LinkFields = Fields(
        "index:u type:i link_index:u flags:u hardware_addr:y broadcast_addr:y mtu:u queue_disc:s master_index:u operational_state:i "
            + "kind:s slave_kind:s bus_path:s pciid:s "
        + "driver:s driver_version:s firmware_version:s product_id:s vendor_id:s product:s vendor:s link_state:b speed_megabits:i port:i "
            + "duplex:i vlan:d bridge_master:d "
        + "bond_master:d wireguard:d permanent_addr:y alias:s alt_names:l vrf_master:d veth:d");

    private readonly Dictionary<string, CelType> _names;

    private CelEnvironment(Dictionary<string, CelType> names, bool hasGlob = false)
    {
        _names = names;
        HasGlob = hasGlob;
    }

    public static CelEnvironment Disk { get; } = new(With(Units, ("disk", CelType.Disk), ("system_disk", CelType.Bool)), hasGlob: true);

    public static CelEnvironment Volume { get; } = new(With(Units, ("volume", CelType.Volume), ("disk", CelType.Disk)));

    public static CelEnvironment Link { get; } = new(With([], ("link", CelType.Link)), hasGlob: true);

    public static CelEnvironment OomTrigger { get; } = new(With(With(Units, Classes()), OomNames()));

    public static CelEnvironment OomRanking { get; } = new(With(With(Units, Classes()),
        ("memory_max", CelType.Dyn), ("memory_current", CelType.Dyn), ("memory_peak", CelType.Dyn), ("path", CelType.String),
        ("class", CelType.Int)));

    public bool HasGlob { get; }

    public CelType? Find(string name) => _names.TryGetValue(name, out var type) ? type : null;

    /// <summary>The type of a field; null if the message has no field of that name.</summary>
    public static CelType? Field(CelType message, string name)
    {
        var fields = message switch { CelType.Disk => DiskFields, CelType.Volume => VolumeFields, CelType.Link => LinkFields, _ => null };
        return fields is null ? CelType.Dyn : fields.TryGetValue(name, out var type) ? type : null;
    }

    private static (string, CelType)[] Classes() =>
        [.. "Besteffort Burstable Guaranteed Podruntime System".Split(' ').Select(c => (c, CelType.Int))];

    private static (string, CelType)[] OomNames()
    {
        var names = new List<(string, CelType)> { ("time_since_trigger", CelType.Duration) };
        foreach (var delta in new[] { "", "d_" })
        {
            foreach (var suffix in "some_avg10 some_avg60 some_avg300 some_total full_avg10 full_avg60 full_avg300 full_total".Split(' '))
                names.AddRange([($"{delta}memory_{suffix}", CelType.Double), ($"{delta}qos_memory_{suffix}", CelType.ClassMap)]);
            names.AddRange("current peak max".Split(' ').Select(s => ($"{delta}qos_memory_{s}", CelType.ClassMap)));
        }

        return [.. names];
    }

    private static Dictionary<string, CelType> With(Dictionary<string, CelType> names, params (string Name, CelType Type)[] more)
    {
        var all = new Dictionary<string, CelType>(names);
        foreach (var (name, type) in more)
            all[name] = type;
        return all;
    }

    private static Dictionary<string, CelType> Fields(string text) =>
        text.Split(' ').Select(f => f.Split(':')).ToDictionary(f => f[0], f => f[1] switch
    {
        "u" => CelType.UInt,
        "i" => CelType.Int,
        "b" => CelType.Bool,
        "s" => CelType.String,
        "y" => CelType.Bytes,
        "l" => CelType.List,
        _ => CelType.Dyn,
    });
}
