using System.Globalization;
using System.Net;
using Rackboot.Bench.Floods;

// floods SERVER CARD SECONDS FILE KIND=RATE…: every kind at once from this host (bench/soak, and the attack tests); then a line for each
// with its counts. crowd=PORT:CONNECTIONS:FIRST-ADDRESS:ADDRESSES holds connections.
var server = IPAddress.Parse(args[0]);
var (card, file) = (args[1], args[3]);
using var end = new CancellationTokenSource(TimeSpan.FromSeconds(double.Parse(args[2], CultureInfo.InvariantCulture)));
var floods = args[4..].Select(argument =>
{
    if (argument.Split('=') is not [var kind, var number])
        throw new ArgumentException(argument);
    var rate = kind == "crowd" ? 0 : int.Parse(number, CultureInfo.InvariantCulture);
    IFlood flood = kind switch
    {
        "discovers" => new DhcpFlood(server, card, rate, requests: false),
        "requests" => new DhcpFlood(server, card, rate, requests: true),
        "tftp" => new TftpFlood(server, file, rate),
        "holders" => new HttpHolders(server, card, file, rate, allSip: false),
        "sippers" => new HttpHolders(server, card, file, rate, allSip: true),
        "scripts" => new HttpFlood(server, rate, HttpFlood.Script),
        "configurations" => new HttpFlood(server, rate, HttpFlood.Configuration),
        "crowd" => TcpCrowd.Parse(server, number),
        "logs" => new LogFlood(server, rate),
        _ => throw new ArgumentException($"no such flood: {kind}"),
    };
    return (kind, flood, counts: new Counts());
}).ToList();
Console.WriteLine("flooding");
await Task.WhenAll(floods.Select(f => f.flood.RunAsync(f.counts, end.Token)));
foreach (var (kind, _, counts) in floods)
    Console.WriteLine($"{kind} {counts}");
