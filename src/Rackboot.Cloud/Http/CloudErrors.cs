using System.Net;
using System.Text;

namespace Rackboot.Cloud.Http;

/// <summary>What a provider's error says, over the shapes that they have: <c>{error:{code,message}}</c>, <c>{errors:[{code,detail}]}</c>,
/// <c>{message,validationErrors}</c>,
/// <c>{errorCode,errorMessage}</c>, <c>{detail}</c>, <c>{conflict:{code,message}}</c>, and Ironic's JSON in a text,
/// <c>{error_message:"{faultstring}"}</c>.</summary>
internal static class CloudErrors
{
    private const int MostCharacters = 300;

    private static readonly string[] Words = ["message", "detail", "reason", "title", "errorMessage", "error_message", "description",
        "error_description", "msg", "faultstring"];

    /// <summary>The provider's code for it; null if it has none.</summary>
    public static string? Code(Answer answer)
    {
        foreach (var at in Places(answer))
            if (at.Any("code", "errorCode", "type", "id", "class").Text is { Length: > 0 } code)
                return code;
        return null;
    }

    /// <summary>In the provider's words, cut short and printable.</summary>
    public static string Say(Answer answer)
    {
        var said = Places(answer).SelectMany(at => Words.SelectMany(word => at[word].Items).Select(v => v.Text)
            .Concat(at["validationErrors"].Items.Concat(at["missing"].Items).Concat(at["invalid"].Items).Select(v => v.Text)));
        if (answer["error"].Text is { } plain)
            said = said.Prepend(plain);
        var text = string.Join("; ", said.Where(t => !string.IsNullOrWhiteSpace(t)).Distinct());
        return new string([.. text.Take(MostCharacters).Select(c => char.IsControl(c) ? ' ' : c)]);
    }

    public static CloudFailure Of(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => CloudFailure.WrongLogin,
        HttpStatusCode.Forbidden => CloudFailure.Forbidden,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => CloudFailure.NotFound,
        HttpStatusCode.TooManyRequests => CloudFailure.Busy,
        HttpStatusCode.Conflict or HttpStatusCode.Locked => CloudFailure.WrongState,
        HttpStatusCode.RequestTimeout => CloudFailure.NoAnswer,
        HttpStatusCode.PaymentRequired => CloudFailure.Quota,
        >= HttpStatusCode.InternalServerError => CloudFailure.Broken,
        _ => CloudFailure.Rejected,
    };

    // The answer itself, its error or errors, and whatever a fault is wrapped in.
    private static IEnumerable<Answer> Places(Answer answer)
    {
        foreach (var inner in answer["error"].Items.Concat(answer["errors"].Items).Concat(answer["error_message"].Items))
            yield return inner;
        if (answer["error_message"].Text is ['{', ..] text && Answer.TryParse(Encoding.UTF8.GetBytes(text), out var nested))
            yield return nested;
        else
            yield return answer;
        foreach (var (_, value) in answer.Members.Where(m => !m.Value["message"].IsNothing))
            yield return value;
    }
}
