using System.CommandLine;
using Rackboot.Cli.Contexts;
using Rackboot.Cli.Output;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot certificate</c> and <c>rackboot whoami</c>: who the appliance is, and who it takes the caller for.</summary>
public static class CertificateCommand
{
    public static Command Create(Session session)
    {
        var format = GetCommand.Format();
        var command = new Command("certificate",
            "Show the certificate of the API on the network: compare its fingerprint when you log in.\n\nExample:\n  rackboot certificate")
        { format };
        session.Run(command, async (result, client, cancel) =>
        {
            var (output, certificate) = (result.InvocationConfiguration.Output, await client.GetCertificateAsync(cancel));
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
            {
                Output.Documents.Write(output, f, certificate);
                return ExitCode.Ok;
            }

            output.WriteLine($"fingerprint  {certificate.Fingerprint}");
            output.WriteLine($"listens on   {certificate.Listen}");
            output.WriteLine($"names        {string.Join(", ", certificate.Names)}");
            output.WriteLine($"good         {certificate.Begins:yyyy-MM-dd} to {certificate.Ends:yyyy-MM-dd}");
            output.WriteLine($"made by      {(certificate.Own ? "the appliance itself" : "others (management.https.certificate)")}");
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command WhoAmI(Session session)
    {
        var command = new Command("whoami", "Show as whom the appliance knows you, and what you may do.\n\nExample:\n  rackboot whoami");
        session.Run(command, async (result, client, cancel) =>
        {
            var who = await client.WhoAmIAsync(cancel);
            result.InvocationConfiguration.Output.WriteLine($"{who.Name} ({LoginCommand.Describe(who)})");
            return ExitCode.Ok;
        });
        return command;
    }
}
