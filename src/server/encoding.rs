/// How content is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is.
    Identity,
    /// With gzip.
    Gzip,
    /// With brotli.
    Brotli,
}

impl Encoding {
    /// As headers call it.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// How much a client wants an encoding, in thousandths, by its `Accept-Encoding`
/// (RFC 9110, 12.5.3).
fn weight(header: &str, name: &str) -> u16 {
    let mut any = 0;
    for part in header.split(',') {
        let mut fields = part.split(';').map(str::trim);
        let coding = fields.next().unwrap_or_default();
        let quality = fields.find_map(|field| field.strip_prefix("q="));
        let quality = quality.map_or(1.0, |text| text.trim().parse().unwrap_or(0.0_f32));
        let quality = (quality.clamp(0.0, 1.0) * 1000.0) as u16;
        if coding.eq_ignore_ascii_case(name) {
            return quality;
        }
        if coding == "*" {
            any = quality;
        }
    }
    any
}

/// What suits a client best of what there is.
pub(super) fn choose(header: Option<&str>, gzip: bool, brotli: bool) -> Encoding {
    let Some(header) = header else {
        return Encoding::Identity;
    };
    let brotli = if brotli { weight(header, "br") } else { 0 };
    let gzip = if gzip { weight(header, "gzip") } else { 0 };
    match (brotli, gzip) {
        (0, 0) => Encoding::Identity,
        (brotli, gzip) if brotli >= gzip => Encoding::Brotli,
        _ => Encoding::Gzip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_that_is_wanted_is_sent() {
        let of = |header| choose(Some(header), true, true);
        assert_eq!(of("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(of("gzip, br;q=0.5"), Encoding::Gzip);
        assert_eq!(of("br;q=0, gzip"), Encoding::Gzip);
        assert_eq!(of("*"), Encoding::Brotli);
        assert_eq!(of("*;q=0"), Encoding::Identity);
        assert_eq!(of("identity"), Encoding::Identity);
        assert_eq!(of("br;q=nonsense"), Encoding::Identity);
        assert_eq!(choose(Some("br, gzip"), true, false), Encoding::Gzip);
        assert_eq!(choose(None, true, true), Encoding::Identity);
    }
}
