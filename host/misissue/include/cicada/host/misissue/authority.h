// A State whose certificates can be bent: every field is open until it is signed.
#pragma once

#include <string>
#include <vector>

#include "cicada/asn1/crl.h"
#include "cicada/asn1/x509.h"
#include "cicada/base/clock.h"
#include "cicada/host/pki/signer.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::host::misissue {

/// What a step of a forgery throws when it cannot be done. It never leaves forge(); who calls the steps one by one,
/// as tests do, sees it.
struct Failure {
  base::Error error;
};
/// The value, or Failure.
template <typename T>
T must(base::Result<T> result) {
  if (!result) throw Failure{result.error()};
  return *std::move(result);
}
void must(const base::Result<void>& result);

/// What a reader is given to trust, as files of a folder would hold it.
struct TrustMaterial {
  std::vector<asn1::Certificate> certificates;
  std::vector<asn1::CertificateList> lists;

  [[nodiscard]] pki::TrustStore store() const;
};

/// CSCA and document signer, not yet signed. All functions throw Failure.
struct Authority {
  pki::Signer csca_key;
  pki::Signer ds_key;
  asn1::TbsCertificate csca;
  asn1::TbsCertificate ds;
  asn1::TbsCertificateList crl;

  [[nodiscard]] asn1::Certificate csca_certificate() const;
  [[nodiscard]] asn1::Certificate ds_certificate() const;
  [[nodiscard]] asn1::CertificateList list() const;
  /// CSCA and list.
  [[nodiscard]] TrustMaterial material() const;
  [[nodiscard]] pki::TrustStore trust() const { return material().store(); }
};

/// A new one, in the middle of its life at `now`: the CSCA is 400 days old, the signer 60, the list 10.
[[nodiscard]] Authority new_authority(base::Instant now, pki::KeyAlgorithm algorithm = pki::KeyAlgorithm::ecdsa_p256,
                                      pki::EcParameterForm form = pki::EcParameterForm::explicit_parameters);
/// That of a country: its keys, and what its certificates and its list say.
[[nodiscard]] Authority authority_of(const pki::TestCountry& country);
/// Gives certificates and list the ages of a new authority; for faults about time, which need a past.
void age(Authority& authority, base::Instant now);
/// A fresh key for the signer, and the key's traces in its certificate.
void renew_ds_key(Authority& authority, pki::Signer key);
void renew_csca_key(Authority& authority, pki::Signer key);

/// A fresh key.
[[nodiscard]] pki::Signer new_signer(pki::KeyAlgorithm algorithm = pki::KeyAlgorithm::ecdsa_p256);
/// A fresh key on the same curve, or with a modulus of the same size.
[[nodiscard]] pki::Signer new_signer_like(const asn1::SubjectPublicKeyInfo& info);

[[nodiscard]] asn1::Certificate issue(asn1::TbsCertificate tbs, const pki::Signer& issuer);
/// The same from octets that need not follow any profile.
[[nodiscard]] asn1::Certificate issue_octets(const base::Bytes& tbs, const pki::Signer& issuer);
[[nodiscard]] asn1::CertificateList issue(asn1::TbsCertificateList tbs, const pki::Signer& issuer);

/// Puts an extension in the place of the one of its kind, or at the end.
void put(std::vector<asn1::Extension>& extensions, asn1::Extension extension);
void drop(std::vector<asn1::Extension>& extensions, const asn1::Oid& oid);

/// DER of a Name; without countryName if `country` is empty.
[[nodiscard]] base::Bytes name(const std::string& country, const std::string& common_name);
/// RFC 5280 §4.2.1.2, method 1.
[[nodiscard]] base::Bytes key_id(const pki::Signer& signer);
/// The alternative name of an issuing State, as in the MRZ (9303-12 §7.1.1.2).
[[nodiscard]] std::vector<asn1::GeneralName> alternatives(const std::string& state);
/// `needle` must stand exactly once in `octets`; it is replaced by octets of the same number.
[[nodiscard]] base::Bytes patched(base::Bytes octets, base::ByteView needle, base::ByteView replacement);

}  // namespace cicada::host::misissue
