CREATE INDEX "_orders_of_user" ON "orders" ("user_id", "id");
