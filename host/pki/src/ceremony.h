// What the makers of a test country's certificates have in common. Private to the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/x509.h"
#include "cicada/base/rng.h"
#include "cicada/host/pki/test_country.h"

namespace cicada::host::pki {

/// Fails with bad_input for codes that are none.
[[nodiscard]] base::Result<void> check_options(const TestCountryOptions& options);

[[nodiscard]] base::Result<crypto::openssl::PrivateKey> copy_of_key(const crypto::openssl::PrivateKey& key);

/// The same time of day some months on; the last day of the month where the day does not exist.
[[nodiscard]] base::Instant months_later(base::Instant from, int months);

/// Positive, and of one length.
[[nodiscard]] base::Result<base::Bytes> random_serial(base::Rng& rng);
/// RFC 5280 §4.2.1.2, method 1: SHA-1 over the content of the BIT STRING. A name for the key, not a protection.
[[nodiscard]] base::Result<base::Bytes> key_id_of(base::ByteView public_key_info);

[[nodiscard]] base::Result<base::Bytes> make_name(std::string_view country, std::string common_name);
/// An address and the State's code. `.test` never resolves (RFC 6761 §6.2).
[[nodiscard]] base::Result<std::vector<asn1::GeneralName>> make_alternatives(std::string_view state,
                                                                             std::string_view contact);
[[nodiscard]] base::Result<asn1::Certificate> issue_certificate(asn1::TbsCertificate tbs, const Signer& issuer);

}  // namespace cicada::host::pki
