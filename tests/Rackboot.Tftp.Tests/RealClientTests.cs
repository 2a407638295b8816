using System.Diagnostics;

namespace Rackboot.Tftp.Tests;

/// <summary>Clients of other people download files of every awkward length, byte for byte.</summary>
[Trait("Category", "Real")]
public sealed class RealClientTests
{
    private static readonly int[] Lengths = [0, 1, 511, 512, 1428, 5 * 1428, 10 * 512, 300_001];

    [Theory]
    [InlineData("curl -s -o out tftp://127.0.0.1:{0}/{1}")]
    [InlineData("curl -s --tftp-no-options -o out tftp://127.0.0.1:{0}/{1}")]
    [InlineData("curl -s --tftp-blksize 1428 -o out tftp://127.0.0.1:{0}/{1}")]
    [InlineData("atftp -g -r {1} -l out 127.0.0.1 {0}")]
    [InlineData("atftp --option 'blksize 1428' --option 'windowsize 8' -g -r {1} -l out 127.0.0.1 {0}")]
    [InlineData("atftp --option 'blksize 512' --option 'windowsize 3' -g -r {1} -l out 127.0.0.1 {0}")]
    [InlineData("busybox tftp -g -r {1} -l out 127.0.0.1 {0}")]
    [InlineData("busybox tftp -g -b 1428 -r {1} -l out 127.0.0.1 {0}")]
    [InlineData("tftp -m binary 127.0.0.1 {0} -c get {1} out")]
    public async Task Every_length_arrives_whole(string command)
    {
        foreach (var singlePort in new[] { false, true })
        {
            await using var server = await RunningServer.StartAsync(new TftpServerOptions { SinglePort = singlePort });
            foreach (var length in Lengths.Where(length => length > 0 || TakesEmptyFiles(command)))
                await DownloadAsync(server, command, length);
        }
    }

    [Theory]
    [InlineData("curl -s --tftp-blksize 8 -o out tftp://127.0.0.1:{0}/{1}", 8 * 65_537 + 3)]
    [InlineData("atftp --option 'blksize 64' --option 'windowsize 16' -g -r {1} -l out 127.0.0.1 {0}", 64 * 65_537 + 3)]
    [InlineData("busybox tftp -g -b 64 -r {1} -l out 127.0.0.1 {0}", 64 * 65_537 + 3)]
    public async Task Block_numbers_roll_over(string command, int length)
    {
        await using var server = await RunningServer.StartAsync();
        await DownloadAsync(server, command, length);
    }

    // curl takes "tsize 0", the right answer for an empty file (RFC 2349), for an illegal one, from any server.
    private static bool TakesEmptyFiles(string command) =>
        !command.StartsWith("curl ", StringComparison.Ordinal) || command.Contains("--tftp-no-options", StringComparison.Ordinal);

    private static async Task DownloadAsync(RunningServer server, string command, int length)
    {
        var tool = command.Split(' ')[0];
        if (!new[] { "/usr/bin/", "/bin/" }.Any(folder => File.Exists(folder + tool)))
            Assert.Skip($"{tool} is not installed");
        server.Serve($"f{length}", length);
        var folder = Directory.CreateTempSubdirectory("rb-tftp-");
        try
        {
            var line = string.Format(System.Globalization.CultureInfo.InvariantCulture, command, server.Address.Port, $"f{length}");
            using var client = Process.Start(new ProcessStartInfo("timeout", ["120", "sh", "-c", line])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = client.StandardError.ReadToEndAsync();
            var output = await client.StandardOutput.ReadToEndAsync() + await errors;
            await client.WaitForExitAsync();
            Assert.True(client.ExitCode == 0, $"{line}: exit {client.ExitCode} {output}");
            var path = Path.Combine(folder.FullName, "out");
            var received = File.Exists(path) ? await File.ReadAllBytesAsync(path) : [];
            var isWhole = received.AsSpan().SequenceEqual(RunningServer.Content(length));
            Assert.True(isWhole, $"{line}: {received.Length} bytes of {length} {output}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
