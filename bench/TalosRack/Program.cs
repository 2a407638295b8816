using System.Globalization;
using System.Net;

namespace Rackboot.Bench.TalosRack;

/// <summary>
/// A rack of Talos nodes as the appliance sees it.
/// prepare DATA N: a state in which N machines are described, have leases and are booting, for rackbootd to start on.
/// prepare DATA N configured: the same, and each is to boot Talos by the profile "bench", with a configuration.
/// ask SERVER N SECONDS: N machines ask for their scripts; prints JSON.
/// send SERVER N SECONDS: N nodes at addresses of their own send 100 lines of kernel log and five events a second each; prints JSON.
/// nodes N: stand-in nodes in maintenance mode on loopback addresses, until standard input ends.
/// poll N ROUNDS: makes a cluster of them, then looks at all of it again and again; prints JSON.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["prepare", var data, var count]:
                await State.PrepareAsync(data, Number(count), configured: false).ConfigureAwait(false);
                return 0;
            case ["prepare", var data, var count, "configured"]:
                await State.PrepareAsync(data, Number(count), configured: true).ConfigureAwait(false);
                return 0;
            case ["ask", var server, var count, var seconds]:
                Console.WriteLine(await Asker.RunAsync(IPAddress.Parse(server), Number(count), Number(seconds)).ConfigureAwait(false));
                return 0;
            case ["send", var server, var count, var seconds]:
                Console.WriteLine(await Sender.RunAsync(IPAddress.Parse(server), Number(count), Number(seconds)).ConfigureAwait(false));
                return 0;
            case ["nodes", var count]:
                await Rounds.ServeAsync(Number(count)).ConfigureAwait(false);
                return 0;
            case ["poll", var count, var rounds]:
                Console.WriteLine(await Rounds.PollAsync(Number(count), Number(rounds)).ConfigureAwait(false));
                return 0;
            default:
                Console.Error.WriteLine(
                    "prepare DATA N [configured] | ask SERVER N SECONDS | send SERVER N SECONDS | nodes N | poll N ROUNDS");
                return 2;
        }
    }

    /// <summary>The address of a node: behind a router, since all of them are behind one card.</summary>
    public static IPAddress Address(int number) => new([10, 44, (byte)(1 + (number >> 8)), (byte)number]);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
