//! Text in UTF-16 or UTF-32, which some editors call Unicode.

/// An encoding whose characters take several octets each, by the order of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wide {
    Utf16(Order),
    Utf32(Order),
}

/// The order of the octets of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Wide {
    /// What a text is in by its byte order mark or, where it begins with ASCII, by the NULs in that; none where it may
    /// be UTF-8.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        match text {
            // The mark of UTF-32 begins like that of UTF-16.
            [0xff, 0xfe, 0, 0, ..] | [_, 0, 0, 0, ..] => Some(Self::Utf32(Order::Little)),
            [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, _, ..] => Some(Self::Utf32(Order::Big)),
            [0xff, 0xfe, ..] | [_, 0, _, 0, ..] => Some(Self::Utf16(Order::Little)),
            [0xfe, 0xff, ..] | [0, _, 0, _, ..] => Some(Self::Utf16(Order::Big)),
            _ => None,
        }
    }
}
