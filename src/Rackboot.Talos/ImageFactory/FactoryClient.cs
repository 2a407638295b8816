using System.Net;
using System.Text;
using System.Text.Json;
using Rackboot.Transfer;

namespace Rackboot.Talos.ImageFactory;

/// <summary>A client of an Image Factory: the public one, or a site's own.</summary>
/// <param name="address">Its base URL, <c>https://factory.talos.dev</c>.</param>
public sealed class FactoryClient(HttpClient http, Uri address)
{
    private const int MostAnswer = 4 * 1024 * 1024;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(1);

    private readonly Uri _base = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    /// <summary>Its host, as in image references.</summary>
    public string Host => _base.Authority;

    /// <summary>Registers <paramref name="schematic"/> at the factory: it serves files only for registered schematics.</summary>
    /// <returns>The factory's id for it; on a factory with accounts the id includes the owner.</returns>
    /// <exception cref="TransferException">The factory refused it.</exception>
    public async Task<string> RegisterAsync(Schematic schematic, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerWithin);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post,
                new Uri(_base, "schematics")) { Content = new StringContent(schematic.ToCanonicalText(), Encoding.UTF8,
                "application/yaml") };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(MostAnswer, limit.Token).ConfigureAwait(false);
            var answer = await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK))
                throw new TransferException(response.StatusCode >= HttpStatusCode.InternalServerError
                    ? TransferFailure.ServerFault : TransferFailure.Refused,
                    $"{Host} refused the schematic: {(int)response.StatusCode} {response.ReasonPhrase}{Said(response, answer)}");
            return Id(answer);
        }
        catch (HttpRequestException e)
        {
            throw new TransferException(TransferFailure.Unreachable, $"{Host} is not reachable: {e.InnerException?.Message ?? e.Message}",
                e);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TransferException(TransferFailure.Unreachable, $"{Host} did not answer within {AnswerWithin.TotalSeconds:0} seconds");
        }
    }

    /// <summary>A file of the factory, for a <see cref="FileTransfer"/>.</summary>
    public RemoteFile File(string schematic, string version, BootAsset asset, string architecture, bool secureBoot = false)
    {
        var url = new Uri(_base, FactoryPath.Image(schematic, version, asset, architecture, secureBoot));
        return RemoteFile.At(url, $"{FactoryPath.FileName(asset, architecture, secureBoot)} of Talos {version} from {Host}") with
        {
            Remedy = status => status switch
            {
                400 => "check the version and the architecture",
                401 or 403 => "this factory needs an account",
                402 => "this edition of the factory does not offer it",
                404 => $"the release does not exist, or this factory does not know schematic {schematic}: give the schematic's file, with "
                    + "--schematic FILE",
                _ => null,
            },
        };
    }

    private string Id(string answer)
    {
        string? id;
        try
        {
            using var json = JsonDocument.Parse(answer);
            id = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("id", out var member)
                ? member.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            id = null;
        }

        if (id is null || !Schematic.IsId(id))
            throw new TransferException(TransferFailure.WrongContent,
                $"the server at {_base} is not an Image Factory; check the URL, and proxies on the way");
        return id;
    }

    private static string Said(HttpResponseMessage response, string answer) =>
        response.Content.Headers.ContentType?.MediaType == "text/plain"
            ? $" (\"{new string([.. answer.Trim().Where(c => !char.IsControl(c)).Take(200)])}\")" : "";
}
