// SPDX-License-Identifier: MIT
#include "hub/channel/channel_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/assert.h"
#include "base/random.h"

namespace malinka::hub {

KeyHasher::KeyHasher() { base::fill_random(secret_); }

KeyHash KeyHasher::hash(std::string_view key) const {
  KeyHash hash{};
  unsigned size = 0;
  const unsigned char* const made =
      HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
           reinterpret_cast<const unsigned char*>(key.data()), key.size(),
           reinterpret_cast<unsigned char*>(hash.data()), &size);
  ASSERT(made != nullptr && size == hash.size());
  return hash;
}

ChannelKey::ChannelKey(const KeyHasher& hasher, std::string_view key) {
  if (!key.empty()) hash_ = hasher.hash(key);
}

bool ChannelKey::is_same_as(const ChannelKey& other) const {
  if (is_guarded() != other.is_guarded()) return false;
  return !is_guarded() || CRYPTO_memcmp(hash_->data(), other.hash_->data(), hash_->size()) == 0;
}

}  // namespace malinka::hub
