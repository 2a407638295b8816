using System.Globalization;
using System.Net;
using Rackboot.Lab.Storm.Tftp;

namespace Rackboot.Bench;

/// <summary>What is to be measured, from the command line: words NAME=VALUE.</summary>
internal sealed record Plan
{
    public IPEndPoint Server { get; private init; } = new(IPAddress.Loopback, 69);
    public string File { get; private init; } = "";

    /// <summary>What the server must send.</summary>
    public byte[] Content { get; private init; } = [];

    /// <summary>How many download at the same time.</summary>
    public int Clients { get; private init; } = 1;

    /// <summary>How many files each downloads, one after the other.</summary>
    public int Each { get; private init; } = 1;
    public int BlockBytes { get; private init; } = 1428;

    /// <summary>0 asks for no window.</summary>
    public int Window { get; private init; }

    /// <summary>The first address of the clients, each with one of its own; null where all share that of the host.</summary>
    public IPAddress? FirstAddress { get; private init; }

    /// <summary>The address that all clients share.</summary>
    public IPAddress Shared { get; private init; } = IPAddress.Any;

    /// <summary>Of a hundred packets, in either direction.</summary>
    public double LossPercent { get; private init; }
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(1);
    public int Tries { get; private init; } = 5;
    public int Threads { get; private init; } = 1;

    /// <summary>How often somebody else asks meanwhile, and how long the answer takes is measured; null does not.</summary>
    public TimeSpan? Probe { get; private init; }

    public TftpOrder Order => new()
    {
        File = File, Content = Content, BlockBytes = BlockBytes, Window = Window, Timeout = Timeout, Tries = Tries,
    };

    public static Plan Read(string[] words)
    {
        var plan = new Plan();
        foreach (var word in words)
        {
            var (name, value) = (word[..word.IndexOf('=')], word[(word.IndexOf('=') + 1)..]);
            int Number() => int.Parse(value, CultureInfo.InvariantCulture);
            plan = name switch
            {
                "server" => plan with { Server = IPEndPoint.Parse(value) },
                "file" => plan with { File = value },
                "content" => plan with { Content = System.IO.File.ReadAllBytes(value) },
                "clients" => plan with { Clients = Number() },
                "each" => plan with { Each = Number() },
                "block" => plan with { BlockBytes = Number() },
                "window" => plan with { Window = Number() },
                "first" => plan with { FirstAddress = IPAddress.Parse(value) },
                "shared" => plan with { Shared = IPAddress.Parse(value) },
                "loss" => plan with { LossPercent = double.Parse(value, CultureInfo.InvariantCulture) },
                "timeout" => plan with { Timeout = TimeSpan.FromMilliseconds(Number()) },
                "tries" => plan with { Tries = Number() },
                "threads" => plan with { Threads = Number() },
                "probe" => plan with { Probe = TimeSpan.FromMilliseconds(Number()) },
                _ => throw new ArgumentException($"no such word: {name}"),
            };
        }

        return plan;
    }
}
