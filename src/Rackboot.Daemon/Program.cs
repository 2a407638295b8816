using System.CommandLine;
using System.Runtime.InteropServices;
using Rackboot.Core.Storage;
using Rackboot.Daemon;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Systemd;

var configOption = new Option<string>("--config", "-c")
{
    Description = "The configuration file (docs/configuration.md).",
    DefaultValueFactory = _ => "/etc/rackboot/rackboot.yaml",
    HelpName = "FILE",
};
var checkOption = new Option<bool>("--check")
{
    Description = "Only check the configuration: exit 0 if it is right, else print every mistake and exit 2.",
};
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
    if (!ConfigurationFile.TryLoad(path, out var configuration, out var errors))
    {
        foreach (var error in errors)
            Console.Error.WriteLine(error);
        return 2;
    }

    if (onlyCheck)
    {
        foreach (var warning in ConfigurationFile.CheckHost(path, configuration).Concat(ConfigurationWarnings.Of(path, configuration)))
            Console.Error.WriteLine($"warning: {warning}");
        Console.WriteLine($"{path}: no mistakes");
        return 0;
    }

    using var output = JournalLog.OrStandardError(TimeProvider.System);
    using var logs = LoggerFactory.Create(logging => logging.AddProvider(output).AddFilter("Microsoft", LogLevel.Error));
    AppDomain.CurrentDomain.UnhandledException += (_, _) => output.Dispose();
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
            notifier.Ready(State(appliance));
        });
        var watchdog = notifier.RunWatchdogAsync(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), appliance.IsAliveAsync, stop.Token);
        appliance.ProblemsChanged += () => notifier.Status(State(appliance));
        await appliance.RunAsync(() => notifier.Ready(State(appliance)), stop.Token);
        notifier.Stopping();
        await watchdog;
        log.LogInformation("Stopped");
        return 0;
    }
    catch (StoreException e)
    {
        log.LogCritical("The store: {Reason}", e.Trouble.AtStart);
        // what only a person can mend is not started again and again (rackbootd.service)
        return e.Trouble.Fault == StoreFault.Damaged ? 2 : 1;
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

static string State(Appliance appliance) => appliance.Problems is [] ? "serving" : $"serving; {string.Join("; ", appliance.Problems)}";

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
