#include "schema.h"

#include <libtasn1.h>

#include <array>
#include <climits>

namespace cicada::asn1 {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// Arrays that asn1Parser makes of schemas/*.asn.
#include "cms_schema.h"
#include "lds_schema.h"
#include "x509_schema.h"

/// The types of one module, made once and only read from then on.
class Definitions {
 public:
  explicit Definitions(const asn1_static_node* array) {
    if (asn1_array2tree(array, &tree_, nullptr) != ASN1_SUCCESS) tree_ = nullptr;
  }
  Definitions(const Definitions&) = delete;
  Definitions& operator=(const Definitions&) = delete;
  Definitions(Definitions&&) = delete;
  Definitions& operator=(Definitions&&) = delete;
  ~Definitions() { asn1_delete_structure(&tree_); }

  [[nodiscard]] asn1_node_const tree() const noexcept { return tree_; }

 private:
  asn1_node tree_ = nullptr;
};

asn1_node_const definitions(Module module) {
  static const Definitions x509{&k_x509_schema[0]};
  static const Definitions cms{&k_cms_schema[0]};
  static const Definitions lds{&k_lds_schema[0]};
  switch (module) {
    case Module::x509: return x509.tree();
    case Module::cms: return cms.tree();
    case Module::lds: return lds.tree();
  }
  return nullptr;
}

}  // namespace

void Decoded::Delete::operator()(asn1_node_st* node) const noexcept {
  asn1_delete_structure(&node);
}

Result<Decoded> Decoded::decode(const SchemaType& type, ByteView octets) {
  CICADA_TRY(const auto seen, scan(octets, type.caps));
  if (seen.indefinite) {
    return fail({.fault = Fault::malformed, .what = "indefinite length", .clause = "X.690 §10.1"});
  }
  if (octets.size() > INT_MAX) return fail({.fault = Fault::limit, .what = "encoding is too large"});
  asn1_node node = nullptr;
  if (asn1_create_element(definitions(type.module), type.name, &node) != ASN1_SUCCESS) {
    return fail({.fault = Fault::unsupported, .what = "libtasn1 does not take the schema"});
  }
  auto size = static_cast<int>(octets.size());
  // Times are checked by time_of(), which says what was wrong.
  const auto result = asn1_der_decoding2(&node, octets.data(), &size, ASN1_DECODE_FLAG_ALLOW_INCORRECT_TIME, nullptr);
  // After a failure libtasn1 has freed the element and set the pointer to null.
  Decoded decoded{octets, seen.over_long, node};
  if (result != ASN1_SUCCESS) return fail({.fault = Fault::malformed, .what = type.wrong});
  return decoded;
}

std::optional<Tlv> Decoded::find(const char* path) const {
  int start = 0;
  int end = -1;
  const auto result =
      asn1_der_decoding_startEnd(node_.get(), octets_.data(), static_cast<int>(octets_.size()), path, &start, &end);
  // A DEFAULT part that is not written has an end before its start.
  if (result != ASN1_SUCCESS || start < 0 || end < start) return std::nullopt;
  const auto first = static_cast<std::size_t>(start);
  const auto last = static_cast<std::size_t>(end);
  if (last >= octets_.size()) return std::nullopt;
  const auto part = read_only(octets_.subspan(first, last - first + 1));
  if (!part) return std::nullopt;
  return *part;
}

Result<Tlv> Decoded::part(const char* path) const {
  const auto found = find(path);
  if (!found) return fail({.fault = Fault::malformed, .what = "a mandatory part is missing"});
  return *found;
}

}  // namespace cicada::asn1
