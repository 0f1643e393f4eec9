// Trust material on disk: what a file is, its content tells.
#include <algorithm>
#include <array>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/host/pki/trust_store.h"
#include "ldif.h"

namespace cicada::host::pki {

namespace fs = std::filesystem;
namespace oids = asn1::oids;

namespace {

/// A file with one of these names is expected to be trust material: when it cannot be read, that is worth a warning.
constexpr std::array<std::string_view, 12> kTrustExtensions = {".crt", ".cer", ".cert", ".der", ".pem",  ".crl",
                                                               ".p7b", ".p7c", ".p7s",  ".ml",  ".ldif", ".dl"};
constexpr std::array<std::string_view, 3> kCertificateLabels = {"CERTIFICATE", "X509 CERTIFICATE",
                                                                "TRUSTED CERTIFICATE"};
constexpr std::array<std::string_view, 3> kMessageLabels = {"PKCS7", "CMS", "PKCS #7 SIGNED DATA"};
constexpr std::string_view kListLabel = "X509 CRL";

std::string lower_extension(const fs::path& file) {
  auto extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension;
}

bool has_trust_extension(const fs::path& file) {
  return std::ranges::find(kTrustExtensions, lower_extension(file)) != kTrustExtensions.end();
}

template <typename Labels>
bool is_one_of(const Labels& labels, std::string_view label) {
  return std::ranges::find(labels, label) != labels.end();
}

/// A CMS message, also with indefinite lengths: SEQUENCE { id-signedData ... }
bool is_cms(base::ByteView octets) {
  const std::size_t header = octets.size() > 2 && octets[1] == 0x80 ? 2 : 0;
  if (header == 0) {
    const auto outer = asn1::read_header(octets);
    if (!outer || outer->tag != asn1::tags::kSequence) return false;
    octets = octets.subspan(outer->header_size);
  } else {
    octets = octets.subspan(header);
  }
  const auto type = oids::kSignedData.der();
  return octets.size() > type.size() && base::equal(octets.first(type.size()), type);
}

}  // namespace

/// Reads files into a store. Signed lists wait until everything else is there: their signers may be in another file.
class TrustLoader {
 public:
  explicit TrustLoader(TrustStore& store) : store_(store) {}

  base::Result<void> add_path(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) {
      return base::fail({.fault = base::Fault::not_found, .what = "the trust material is not there"});
    }
    return fs::is_directory(status) ? add_folder(path) : add_file(path);
  }

  /// Verifies the lists that wait. One may bring the CSCA of another's signer: goes on while any can be taken in.
  base::Result<void> finish() {
    for (bool progress = true; progress && !pending_.empty();) {
      progress = false;
      std::vector<Pending> left;
      for (auto& one : pending_) {
        const auto before = store_.warnings_.size();
        const auto added = store_.add_signed_list(one.message, one.file);
        if (added) {
          progress = true;
          continue;
        }
        if (added.error().fault == base::Fault::limit) return added;
        one.warnings.assign(store_.warnings_.begin() + static_cast<std::ptrdiff_t>(before), store_.warnings_.end());
        if (one.warnings.empty()) one.warnings.push_back({.file = one.file, .error = added.error()});
        store_.warnings_.erase(store_.warnings_.begin() + static_cast<std::ptrdiff_t>(before), store_.warnings_.end());
        left.push_back(std::move(one));
      }
      pending_ = std::move(left);
    }
    for (auto& one : pending_) {
      for (auto& warning : one.warnings) store_.warn(std::move(warning));
    }
    pending_.clear();
    return {};
  }

 private:
  struct Pending {
    fs::path file;
    base::Bytes message;
    std::vector<TrustWarning> warnings = {};
  };

  base::Result<void> add_folder(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator it{folder, error}, end; !error && it != end; it.increment(error)) {
      std::error_code ignored;
      if (!it->is_regular_file(ignored) || it->path().extension() == ".key") continue;
      if (files.size() == kMaxTrustFiles) {
        return base::fail({.fault = base::Fault::limit, .what = "too many files in the trust folder"});
      }
      files.push_back(it->path());
    }
    if (error) return base::fail({.fault = base::Fault::io, .what = "the trust folder cannot be read"});
    std::ranges::sort(files);
    for (const auto& file : files) CICADA_CHECK(add_file(file));
    return {};
  }

  base::Result<void> add_file(const fs::path& file) {
    const auto content = base::read_file(file, kMaxTrustFileSize);
    if (!content) {
      store_.warn({.file = file, .error = content.error()});
      return {};
    }
    if (asn1::looks_like_pem(*content)) return add_pem(file, *content);
    if (looks_like_ldif(*content)) return add_ldif(file, *content);
    return settle(file, add_octets(file, *content), has_trust_extension(file) || is_cms(*content));
  }

  /// A part that cannot be read is left out, with a warning if it was meant to be trust material; a full store stops.
  base::Result<void> settle(const fs::path& file, const base::Result<void>& added, bool expected) {
    if (added) return {};
    if (added.error().fault == base::Fault::limit && store_.seen_.size() >= kMaxTrustObjects) return added;
    if (expected) store_.warn({.file = file, .error = added.error()});
    return {};
  }

  base::Result<void> add_pem(const fs::path& file, base::ByteView text) {
    const auto blocks = asn1::parse_pem(text);
    if (!blocks) {
      store_.warn({.file = file, .error = blocks.error()});
      return {};
    }
    for (const auto& block : *blocks) {
      if (!is_one_of(kCertificateLabels, block.label) && !is_one_of(kMessageLabels, block.label) &&
          block.label != kListLabel) {
        continue;
      }
      CICADA_CHECK(settle(file, add_octets(file, block.der, block.label == kListLabel), true));
    }
    return {};
  }

  base::Result<void> add_ldif(const fs::path& file, base::ByteView text) {
    return read_ldif(
        text, [&](const LdifValue& value) { return add_ldif_value(file, value); },
        [&](const base::Error& error) { store_.warn({.file = file, .error = error}); });
  }

  base::Result<void> add_ldif_value(const fs::path& file, const LdifValue& value) {
    if (value.attribute == "usercertificate") {
      return settle(file, add_certificate(value.octets, CertificateSource::directory), true);
    }
    const bool known = value.attribute == "cacertificate" || value.attribute == "cscacertificate" ||
                       value.attribute == "certificaterevocationlist" || value.attribute == "authorityrevocationlist" ||
                       value.attribute == "pkdmasterlistcontent";
    // Whatever else holds a signed list is one; a photograph is not.
    if (!known && !is_cms(value.octets)) return {};
    return settle(file, add_octets(file, value.octets, value.attribute.ends_with("revocationlist")), known);
  }

  base::Result<void> add_certificate(base::ByteView der, CertificateSource source) {
    CICADA_TRY(auto certificate, asn1::parse_certificate(der));
    return store_.add(std::move(certificate), source);
  }

  /// One object: certificate, revocation list or message. Octets behind it (a line feed, padding) do not count.
  base::Result<void> add_octets(const fs::path& file, base::ByteView octets, bool list_expected = false) {
    list_expected = list_expected || lower_extension(file) == ".crl";
    if (const auto size = asn1::object_size(octets)) octets = octets.first(*size);
    if (is_cms(octets)) return add_message(file, octets);
    auto certificate = asn1::parse_certificate(octets);
    if (certificate) return store_.add(*std::move(certificate));
    auto list = asn1::parse_certificate_list(octets);
    if (list) return store_.add(*std::move(list));
    return base::fail(list_expected ? list.error() : certificate.error());
  }

  base::Result<void> add_message(const fs::path& file, base::ByteView octets) {
    CICADA_TRY(const auto message, asn1::parse_signed_data(octets));
    if (message.content_type == oids::kCscaMasterList || message.content_type == oids::kDeviationList) {
      pending_.push_back({.file = file, .message = base::to_bytes(octets)});
      return {};
    }
    if (message.content_type != oids::kData || !message.signer_infos.empty()) {
      return base::fail({.fault = base::Fault::unsupported,
                         .what = "a CMS message that is no master list, deviation list or bundle of certificates"});
    }
    for (const auto& der : message.certificates)
      CICADA_CHECK(settle(file, add_certificate(der, CertificateSource::owner), true));
    for (const auto& der : message.revocation_lists) CICADA_CHECK(settle(file, add_list(der), true));
    return {};
  }

  base::Result<void> add_list(base::ByteView der) {
    CICADA_TRY(auto list, asn1::parse_certificate_list(der));
    return store_.add(std::move(list));
  }

  TrustStore& store_;
  std::vector<Pending> pending_;
};

base::Result<TrustStore> TrustStore::load(const fs::path& path) {
  return load(std::span{&path, 1});
}

base::Result<TrustStore> TrustStore::load(std::span<const fs::path> paths, std::vector<TrustWarning>* left_out) {
  TrustStore store;
  TrustLoader loader{store};
  for (const auto& path : paths) CICADA_CHECK(loader.add_path(path));
  CICADA_CHECK(loader.finish());
  if (!store.anchors_.empty()) return store;
  if (left_out != nullptr) *left_out = store.warnings_;
  std::error_code ignored;
  const bool one_file = paths.size() == 1 && !fs::is_directory(paths.front(), ignored);
  if (one_file && !store.warnings_.empty()) return base::fail(store.warnings_.front().error);
  return base::fail({.fault = base::Fault::not_found,
                     .what = "there is no CSCA certificate in the trust material",
                     .hint = "give a file or folder with CSCA certificates or a master list"});
}

}  // namespace cicada::host::pki
