using System.Globalization;

namespace Rackboot.Cloud;

/// <summary>An amount in a currency, <c>0.21 USD</c>. Currencies are never converted.</summary>
public readonly record struct Money(decimal Amount, string Currency)
{
    // What providers bill a month as.
    private const decimal HoursAMonth = 730;

    /// <summary>Null unless both are there.</summary>
    public static Money? Of(decimal? amount, string? currency) => amount is { } a && currency is { Length: > 0 }
        ? new Money(a, currency.ToUpperInvariant()) : null;

    /// <summary>What a month costs, spread over its hours.</summary>
    public static Money? Spread(Money? month) => month is { } m ? new Money(decimal.Round(m.Amount / HoursAMonth, 4), m.Currency) : null;

    /// <summary><c>40 USD</c>.</summary>
    public static bool TryParse(string? text, out Money money)
    {
        money = default;
        if (text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var number, { Length: 3 } currency]
            || !currency.All(char.IsAsciiLetter)
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return false;
        money = new Money(amount, currency.ToUpperInvariant());
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount:0.00##} {Currency}");
}
