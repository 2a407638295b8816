using Rackboot.Talos.Configuration.Values;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>
/// Overrides of the OCI runtime specification: Talos refuses values that do not match the specification's types, and accepts unknown
/// keys (cri/base_runtime_spec.go; opencontainers/runtime-spec specs-go/config.go). This checks the parts that overrides usually change.
/// </summary>
internal static class RuntimeSpecRules
{
    private const string Texts = """
        ociVersion hostname domainname annotations.* process.args[] process.env[] process.cwd process.commandLine process.apparmorProfile
        process.selinuxLabel process.rlimits[].type process.capabilities.*[] process.ioPriority.class process.scheduler.policy
        process.scheduler.flags[] process.execCPUAffinity.* process.user.username root.path mounts[].destination mounts[].type
        mounts[].source mounts[].options[] hooks.*[].path hooks.*[].args[] hooks.*[].env[] linux.sysctl.* linux.cgroupsPath
        linux.namespaces[].type linux.namespaces[].path linux.devices[].path linux.devices[].type linux.rootfsPropagation
        linux.maskedPaths[] linux.readonlyPaths[] linux.mountLabel linux.resources.cpu.cpus linux.resources.cpu.mems
        linux.resources.unified.* linux.seccomp.defaultAction linux.seccomp.architectures[] linux.seccomp.syscalls[].names[]
        linux.seccomp.syscalls[].action
        """;

    private const string Numbers = """
        process.rlimits[].hard process.rlimits[].soft process.oomScoreAdj process.ioPriority.priority process.scheduler.nice
        process.scheduler.priority process.user.uid process.user.gid process.user.umask process.user.additionalGids[]
        process.consoleSize.* hooks.*[].timeout linux.devices[].major linux.devices[].minor linux.devices[].fileMode linux.devices[].uid
        linux.devices[].gid linux.resources.pids.limit linux.resources.memory.limit linux.resources.memory.reservation
        linux.resources.memory.swap linux.resources.memory.kernel linux.resources.memory.kernelTCP linux.resources.memory.swappiness
        linux.resources.cpu.shares linux.resources.cpu.quota linux.resources.cpu.burst linux.resources.cpu.period linux.resources.cpu.idle
        linux.resources.cpu.realtimeRuntime linux.resources.cpu.realtimePeriod
        """;

    private const string Booleans = """
        process.terminal process.noNewPrivileges root.readonly linux.resources.memory.disableOOMKiller
        linux.resources.memory.useHierarchy linux.resources.memory.checkBeforeUpdate
        """;

    private const string Mappings = """
        process root hooks annotations linux process.capabilities process.user process.consoleSize process.ioPriority process.scheduler
        process.execCPUAffinity process.rlimits[] mounts[] hooks.*[] linux.resources linux.sysctl linux.seccomp linux.namespaces[]
        linux.devices[] linux.personality linux.timeOffsets linux.intelRdt linux.resources.pids linux.resources.memory
        linux.resources.cpu linux.resources.blockIO linux.resources.network linux.resources.rdma linux.resources.unified
        linux.seccomp.syscalls[]
        """;

    private const string Lists = """
        mounts process.args process.env process.rlimits process.capabilities.* process.scheduler.flags process.user.additionalGids
        mounts[].options hooks.* hooks.*[].args hooks.*[].env linux.namespaces linux.devices linux.maskedPaths linux.readonlyPaths
        linux.uidMappings linux.gidMappings linux.resources.devices linux.resources.hugepageLimits linux.seccomp.architectures
        linux.seccomp.syscalls linux.seccomp.syscalls[].names
        """;

    private static readonly char[] Blank = [' ', '\n'];

    private static readonly Dictionary<string, string> Types = new[]
        {
            (Texts, "a text"), (Numbers, "a number"), (Booleans, "a boolean"), (Mappings, "a mapping"), (Lists, "a list"),
        }
        .SelectMany(group => group.Item1.Split(Blank, StringSplitOptions.RemoveEmptyEntries).Select(path => (path, group.Item2)))
        .ToDictionary();

    public static void Document(Cursor document, RuleContext context) => Overrides(document["overrides"]);

    public static void Overrides(Cursor overrides) => Check(overrides, "");

    // A path of the table may have "*" for any key.
    private static void Check(Cursor place, string path)
    {
        if (Types.TryGetValue(path, out var wanted) && place.Exists && Kind(place.Value!) != wanted)
        {
            place.Refuse($"must be {wanted}, as in the OCI runtime specification");
            return;
        }

        foreach (var (key, value) in place.Entries)
            Check(value, path.Length == 0 ? key : Types.ContainsKey($"{path}.*") ? $"{path}.*" : $"{path}.{key}");
        foreach (var item in place.Items)
            Check(item, path + "[]");
    }

    private static string Kind(ConfigValue value) => value switch
    {
        ConfigMap => "a mapping",
        ConfigList => "a list",
        ConfigScalar { Free.Kind: YamlKind.Bool } => "a boolean",
        ConfigScalar { Free.Kind: YamlKind.Int } => "a number",
        _ => "a text",
    };
}
