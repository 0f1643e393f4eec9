// A State whose certificates a test can bend: every field is open until it is signed.
#pragma once

#include <string>
#include <vector>

#include "cicada/asn1/crl.h"
#include "cicada/asn1/x509.h"
#include "cicada/base/clock.h"
#include "cicada/host/pki/signer.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/trust_store.h"
#include "folder.h"

namespace cicada::tests {

/// What day it is in these tests.
base::Instant today();
base::Instant days_from_today(int days);

/// A fresh key.
host::pki::Signer new_signer(host::pki::KeyAlgorithm algorithm = host::pki::KeyAlgorithm::ecdsa_p256);

/// CSCA and document signer with the profile of 9303-12, not yet signed.
struct Authority {
  host::pki::Signer csca_key;
  host::pki::Signer ds_key;
  asn1::TbsCertificate csca;
  asn1::TbsCertificate ds;
  asn1::TbsCertificateList crl;

  asn1::Certificate csca_certificate() const;
  asn1::Certificate ds_certificate() const;
  asn1::CertificateList list() const;
  /// CSCA and list in a store.
  host::pki::TrustStore trust() const;
};

Authority new_authority(host::pki::KeyAlgorithm algorithm = host::pki::KeyAlgorithm::ecdsa_p256,
                        host::pki::EcParameterForm form = host::pki::EcParameterForm::explicit_parameters);

asn1::Certificate issue(asn1::TbsCertificate tbs, const host::pki::Signer& issuer);
/// The same from octets that need not follow any profile.
asn1::Certificate issue_octets(const base::Bytes& tbs, const host::pki::Signer& issuer);
asn1::CertificateList issue(asn1::TbsCertificateList tbs, const host::pki::Signer& issuer);

/// Puts an extension in the place of the one of its kind, or at the end.
void put(std::vector<asn1::Extension>& extensions, asn1::Extension extension);
void drop(std::vector<asn1::Extension>& extensions, const asn1::Oid& oid);

base::Bytes name(const std::string& country, const std::string& common_name);
base::Bytes key_id(const host::pki::Signer& signer);
/// `needle` must stand exactly once in `octets`; it is replaced by octets of the same number.
base::Bytes patched(base::Bytes octets, base::ByteView needle, base::ByteView replacement);

/// A folder for trust material and keys.
class TemporaryFolder {
 public:
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }
  /// A file NAME.key is its owner's alone.
  void write(const std::string& file, base::ByteView content) const;
  void write(const std::string& file, const std::string& content) const;

 private:
  Folder folder_;
};

}  // namespace cicada::tests
