using System.CommandLine;
using Rackboot.Cli.Setup;
using Rackboot.Cli.Support;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot support-bundle</c>.</summary>
public static class SupportBundleCommand
{
    public static Command Create(Session session)
    {
        var file = new Argument<string>("file") { Description = "Where to write it, like support.tar.gz." };
        var configuration = new Option<string>("--config", "-c")
        {
            Description = "The daemon's configuration.", DefaultValueFactory = _ => SetupOptions.DefaultConfiguration, HelpName = "FILE",
        };
        var command = new Command("support-bundle",
            """
            Gather what a colleague needs to help, without secrets: doctor's report, status and metrics, documents, boots, events and the
            journal. Passwords, tokens, keys, patches, and values of kernel arguments are taken out; names, addresses and serial numbers
            stay. Run it as root on the appliance. The daemon need not run.

            Example:
              rackboot support-bundle support.tar.gz
            """) { file, configuration };
        session.Run(command, async (result, client, cancel) =>
        {
            var path = Path.GetFullPath(result.GetValue(file)!);
            var missing = await WriteAsync(path, async bundle =>
                await new SupportRun(client, result.GetValue(configuration)!, bundle).RunAsync(cancel));
            var output = result.InvocationConfiguration.Output;
            foreach (var line in missing)
                result.InvocationConfiguration.Error.WriteLine($"warning: left out: {line}");
            output.WriteLine($"{path}: {new FileInfo(path).Length:N0} bytes. Look through it before you give it away: tar -xzf "
                + $"{Path.GetFileName(path)}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> WriteAsync(string path, Func<BundleFile, Task<IReadOnlyList<string>>> gather)
    {
        var unfinished = path + ".partial";
        try
        {
            IReadOnlyList<string> missing;
            await using (var output = new FileStream(unfinished, new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            await using (var bundle = new BundleFile(output, Path.GetFileName(path).Split('.')[0]))
                missing = await gather(bundle);
            File.Move(unfinished, path, overwrite: true);
            return missing;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
