using System.CommandLine;
using Rackboot.Cli.Setup;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot setup</c>.</summary>
public static class SetupCommand
{
    public static Command Create(Session session)
    {
        var options = new SetupOptions();
        var command = new Command("setup",
            """
            Configure the daemon on this host and start it, as root. On a terminal it asks for what the options leave open: the rack's
            interface, who assigns addresses, and which. It searches for other DHCP servers before it writes anything. The daemon then
            serves only that network. An edited configuration is replaced only with --force.

            Examples:
              rackboot setup
              rackboot setup --interface eth1 --mode dhcp --range 10.20.0.100-10.20.0.199
              rackboot setup --interface eth1 --mode proxy
            """);
        foreach (var option in options.All)
            command.Options.Add(option);
        session.Run(command, (result, client, cancel) => new SetupRun(options, result, client).RunAsync(cancel));
        return command;
    }
}
