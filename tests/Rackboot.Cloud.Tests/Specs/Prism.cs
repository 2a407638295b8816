using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Rackboot.Tests.Shared;

namespace Rackboot.Cloud.Tests.Specs;

/// <summary>Prism, which serves an OpenAPI document and refuses requests that the document does not allow.</summary>
internal sealed class Prism : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly int _port;

    private Prism(Process process, int port) => (_process, _port) = (process, port);

    private static string? Program
    {
        get
        {
            for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
                if (Path.Combine(directory.FullName, "out", "prism", "node_modules", ".bin", "prism") is var program
                    && File.Exists(program))
                    return program;
            return null;
        }
    }

    /// <summary>Serves a document; skips the test where there is no Prism.</summary>
    public static async Task<Prism> StartAsync(string document)
    {
        Assert.SkipWhen(Program is null, "Prism is not here; run: tests/install-prism");
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var start = new ProcessStartInfo("node", [Program!, "mock", "-h", "127.0.0.1", "-p", $"{port}", document])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var error = process.StandardError.ReadToEndAsync();
        var prism = new Prism(process, port);
        // Large documents take it a quarter of a minute, and more where the machine is busy.
        await Wait.UntilAsync(async () =>
        {
            Assert.False(process.HasExited, process.HasExited ? await error : "");
            return await prism.ListensAsync();
        }, $"Prism serves {document}", TimeSpan.FromMinutes(3));
        return prism;
    }

    /// <summary>Sends a request as it was sent, with another path and body.</summary>
    public async Task<HttpStatusCode> SendAsync(HttpRequestMessage sent, string path, string body)
    {
        using var request = new HttpRequestMessage(sent.Method, $"http://127.0.0.1:{_port}{path}");
        foreach (var (name, values) in sent.Headers)
            request.Headers.TryAddWithoutValidation(name, values);
        if (body.Length > 0)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
