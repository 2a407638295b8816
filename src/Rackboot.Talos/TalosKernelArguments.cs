namespace Rackboot.Talos;

/// <summary>The kernel command line of Talos on the platform <c>metal</c>.</summary>
public static class TalosKernelArguments
{
    /// <summary>A Linux kernel of x86 takes 2,048 bytes and cuts the rest off (COMMAND_LINE_SIZE).</summary>
    public const int MostCharacters = 2047;

    // siderolabs/talos pkg/machinery/kernel/kernel.go: what Talos's own images boot with in every version that is supported.
    private static readonly string[] Defaults =
    [
        "talos.platform=metal", "init_on_alloc=1", "slab_nomerge=", "pti=on", "consoleblank=0", "nvme_core.io_timeout=4294967295",
        "printk.devkmsg=on",
    ];

    // The kernel takes these several times.
    private static readonly HashSet<string> Repeatable =
        ["console", "earlycon", "ip", "bond", "vlan", "module_blacklist", "talos.network.interface.ignore"];

    /// <summary>The arguments, in order. An argument of the operator takes the place of one with the same key.</summary>
    /// <param name="configUrl">Where the machine fetches its configuration; null boots into maintenance mode.</param>
    /// <param name="kernelLog">Where it sends its kernel log, <c>tcp://10.20.0.1:4514</c>; null sends none.</param>
    /// <param name="additional">The operator's own arguments.</param>
    /// <param name="eventSink">Where it sends its events, <c>10.20.0.1:4515</c>; null sends none.</param>
    public static IReadOnlyList<string> Build(
        string? configUrl, string? kernelLog, IReadOnlyList<string> additional, string? eventSink = null)
    {
        var arguments = new List<string>(Defaults);
        if (kernelLog is not null)
            arguments.Add($"talos.logging.kernel={kernelLog}");
        if (eventSink is not null)
            arguments.Add($"talos.events.sink={eventSink}");
        if (configUrl is not null)
            arguments.Add($"talos.config={configUrl}");
        foreach (var argument in additional)
        {
            if (!Repeatable.Contains(Key(argument)))
                arguments.RemoveAll(a => Key(a) == Key(argument));
            arguments.Add(argument);
        }

        return arguments;
    }

    /// <summary>What is wrong with an operator's argument, or null.</summary>
    public static string? Mistake(string? argument) =>
        string.IsNullOrEmpty(argument) ? "a kernel argument cannot be empty"
        : argument.Any(c => c is <= ' ' or > '~')
        ? "a kernel argument is printable ASCII without spaces; write each argument as an item of its own"
        : argument.Contains("${", StringComparison.Ordinal) ? "\"${\" would be expanded by iPXE; write it as %24%7B where Talos decodes it"
        : argument.Contains("||", StringComparison.Ordinal) || argument.Contains("&&", StringComparison.Ordinal)
        ? "\"||\" and \"&&\" end a command of iPXE"
        // ipxe/ipxe src/core/exec.c, command_terminator
        : argument == ";" || argument[0] == '#' ? "\";\" ends a command of iPXE and \"#\" begins a comment"
        : Key(argument) == "talos.config"
        ? "talos.config is set by Rackboot, for the boot it belongs to; give the machine a machineConfig instead"
        : Key(argument) == "siderolink.api" && argument.Contains("jointoken=", StringComparison.Ordinal)
        ? "siderolink.api holds Omni's join token, which is a secret; write it under omni: { api: URL, joinToken: { file: FILE } }"
        : Key(argument) == "initrd" ? "initrd is set by Rackboot"
        : argument.Length > 500 ? "a kernel argument has at most 500 characters"
        : null;

    private static string Key(string argument) => argument.Split('=', 2)[0];
}
