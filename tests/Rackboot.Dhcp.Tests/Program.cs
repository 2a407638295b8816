using Rackboot.Dhcp.Tests.Real;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Rackboot.Dhcp.Tests;

/// <summary>Runs the tests; <c>serve</c> and <c>ask</c> are what real-client tests start inside a network namespace.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["serve", .. var rest] => ServeVerb.RunAsync(rest),
        ["ask", .. var rest] => Task.FromResult(AskVerb.Run(rest)),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            TestPlatformTestFramework.RunAsync(args, (builder, arguments) => builder.AddSelfRegisteredExtensions(arguments)),
        _ => ConsoleRunner.Run(args),
    };
}
