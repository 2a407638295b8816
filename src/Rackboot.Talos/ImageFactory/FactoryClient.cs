using System.Net;
using System.Text;
using System.Text.Json;
using Rackboot.Transfer;

namespace Rackboot.Talos.ImageFactory;

/// <summary>Asks an Image Factory: the public one, or a site's own.</summary>
/// <param name="address">Its base URL, <c>https://factory.talos.dev</c>.</param>
public sealed class FactoryClient(HttpClient http, Uri address)
{
    private const int MostAnswer = 4 * 1024 * 1024;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(1);

    private readonly Uri _base = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    /// <summary>Its host as image references name it.</summary>
    public string Host => _base.Authority;

    /// <summary>Makes the factory know <paramref name="schematic"/>: it gives files only of schematics it was told.</summary>
    /// <returns>The id by which the factory knows it: where it has accounts, their owners are part of it.</returns>
    /// <exception cref="TransferException">It was not taken.</exception>
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
                    $"{Host} did not take the schematic: {(int)response.StatusCode} {response.ReasonPhrase}{Said(response, answer)}");
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
                400 => "look at the version and the architecture",
                401 or 403 => "this factory wants an account",
                402 => "this edition of the factory does not have it",
                404 => $"there is no such release, or this factory does not know schematic {schematic}: give it the schematic itself, with "
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
                $"what answers at {_base} is no Image Factory; look at the URL, and at proxies on the way");
        return id;
    }

    private static string Said(HttpResponseMessage response, string answer) =>
        response.Content.Headers.ContentType?.MediaType == "text/plain"
            ? $" (\"{new string([.. answer.Trim().Where(c => !char.IsControl(c)).Take(200)])}\")" : "";
}
