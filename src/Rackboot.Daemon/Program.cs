using System.CommandLine;
using System.Runtime.InteropServices;
using Rackboot.Daemon;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Systemd;

var configOption = new Option<string>("--config", "-c")
{
    Description = "The configuration file (docs/configuration.md).",
    DefaultValueFactory = _ => "/etc/rackboot/rackboot.yaml",
    HelpName = "FILE",
};
var checkOption = new Option<bool>("--check") { Description = "Only check the configuration: exit 0 if it is right, else print every mistake and exit 2." };
var command = new RootCommand(
    """
    rackbootd boots a rack: it answers the DHCP, TFTP and HTTP boot requests of the machines on its boot interfaces.

    SIGHUP loads the configuration again (a file with mistakes leaves the old one in force); SIGTERM finishes what is under way and stops.
    The program rackboot talks to it over the management socket.
    """)
{
    configOption,
    checkOption,
};
command.SetAction((result, _) => RunAsync(result.GetValue(configOption)!, result.GetValue(checkOption)));
// Signals are handled below; the library would end the process two seconds after one.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(string path, bool onlyCheck)
{
    if (!ConfigurationFile.TryLoad(path, out var configuration, out var errors) || (errors = ConfigurationFile.CheckHost(path, configuration)).Count > 0)
    {
        foreach (var error in errors)
            Console.Error.WriteLine(error);
        return 2;
    }

    if (onlyCheck)
    {
        foreach (var warning in ConfigurationWarnings.Of(path, configuration))
            Console.Error.WriteLine($"warning: {warning}");
        Console.WriteLine($"{path}: no mistakes");
        return 0;
    }

    using var logs = LoggerFactory.Create(logging => logging.AddProvider(JournalLog.OrStandardError(TimeProvider.System)).AddFilter("Microsoft", LogLevel.Error));
    var log = logs.CreateLogger("rackbootd");
    var notifier = ServiceNotifier.FromEnvironment();
    using var stop = new CancellationTokenSource();
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    try
    {
        await using var appliance = new Appliance(configuration, logs, TimeProvider.System);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            notifier.Reloading();
            Reload(appliance, path, log);
            notifier.Ready("serving");
        });
        var watchdog = notifier.RunWatchdogAsync(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), appliance.IsAliveAsync, stop.Token);
        await appliance.RunAsync(() => notifier.Ready("serving"), stop.Token);
        notifier.Stopping();
        await watchdog;
        log.LogInformation("Stopped");
        return 0;
    }
    catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or DllNotFoundException)
    {
        log.LogCritical("{Reason}", e.Message);
        return 1;
    }

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}

static void Reload(Appliance appliance, string path, ILogger log)
{
    if (!ConfigurationFile.TryLoad(path, out var changed, out var errors))
    {
        foreach (var error in errors)
            log.LogError("{Error}", error.ToString());
        log.LogError("{Path} has mistakes; the old configuration stays in force", path);
        return;
    }

    var needRestart = appliance.Reload(changed);
    log.LogInformation("{Path} loaded again", path);
    if (needRestart.Count > 0)
        log.LogWarning("These changes need a restart: {Settings}", string.Join(", ", needRestart));
}
